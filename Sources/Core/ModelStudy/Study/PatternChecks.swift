package import Components
internal import Evaluation
internal import Learning

extension ModelStudyFile {
  /// Whether every name and pattern of the pipelines is one of the columns that there are.
  /// - Parameters:
  ///   - names, blocks: of the columns of the table.
  /// - Throws: every pattern that matches nothing, with its pipeline and the nearest name; steps
  ///   that leave no column; members of a stack whose columns are not there.
  package func checkColumns(names: [String], blocks: [String]) throws(InvalidInput) {
    var problems: [Problem] = []
    for pipeline in pipelines {
      let place = "pipelines.\(pipeline.name)"
      let table = PatternCheck(names: names, blocks: blocks)
      let own = pipeline.columns(names: names, blocks: blocks)
      let seen = PatternCheck(names: own.names, blocks: own.blocks)
      if case .scores(let stage)? = pipeline.steps.first?.first {
        problems += table.problems(stage.parameters.with, at: "\(place).scores.with")
        for name in stage.parameters.of where own.names.count(where: { $0 == name }) > 1 {
          problems.append(
            Problem(
              "\(place).scores",
              "\"\(name)\" would be a score and a column beside it; rename the pipeline"))
        }
      }
      problems += seen.problems(pipeline.keep, at: "\(place).keep")
      for case .selection(let selector as any SelectionByName, _) in pipeline.steps.joined() {
        for (setting, patterns) in selector.patterns {
          problems += seen.problems(
            patterns.texts, at: "\(place).\(type(of: selector).id).\(setting)")
        }
      }
      for model in pipeline.models {
        if let stack = model as? Stacking {
          problems += seen.problems(stack, at: "\(place).model.\(Stacking.id)")
        } else if let score = model as? RadScore {
          problems += seen.problems(
            .named(score.parameters.columns), at: "\(place).model.\(RadScore.id)")
        }
      }
      if problems.isEmpty, pipeline.columnCounts(names: names, blocks: blocks).lowerBound == 0 {
        problems.append(Problem("\(place).columns", "no column is left"))
      }
    }
    // Alternatives of one step share what is wrong with them.
    var found: [Problem] = []
    for problem in problems where !found.contains(problem) { found.append(problem) }
    if !found.isEmpty { throw InvalidInput(found) }
  }
}

/// Looks patterns and names up in the columns that there are.
private struct PatternCheck {
  private static let listed = 10

  let names: [String]
  let blocks: [String]

  func problems(_ patterns: [String], at location: String) -> [Problem] {
    ColumnPatterns(patterns).unmatched(names: names, blocks: blocks).map { pattern in
      Problem(location, "\"\(pattern)\" matches no column and no block\(advice(pattern))")
    }
  }

  /// Members and further columns of a stack, which are named in full.
  func problems(_ stack: Stacking, at place: String) -> [Problem] {
    let members = stack.members.flatMap { member in
      self.problems(member.columns, at: "\(place).members.\(member.name)")
    }
    return members + (stack.further.map { self.problems($0, at: "\(place).further") } ?? [])
  }

  func problems(_ columns: StackingColumns, at location: String) -> [Problem] {
    switch columns {
    case .all: []
    case .named(let wanted):
      wanted.filter { !names.contains($0) }.map { name in
        Problem("\(location).columns", "there is no column \"\(name)\"\(advice(name))")
      }
    case .blocks(let wanted):
      wanted.filter { !blocks.contains($0) }.map { block in
        Problem("\(location).blocks", "there is no block \"\(block)\"\(advice(block))")
      }
    }
  }

  /// "; did you mean ...? (blocks: ...; columns: ...)"
  private func advice(_ pattern: String) -> String {
    var ownBlocks: [String] = []
    for block in blocks where !block.isEmpty && !ownBlocks.contains(block) {
      ownBlocks.append(block)
    }
    let images = ownBlocks.map { block in String(block.prefix { $0 != "/" }) }
    let texts = names.compactMap { name in
      name.firstIndex(of: "=").map { String(name[..<$0]) }
    }
    let plain = pattern.filter { $0 != "*" && $0 != "?" }
    let bare = plain.hasSuffix("/") ? String(plain.dropLast()) : plain
    var message = ""
    if let near = nearest(to: bare, in: ownBlocks + images + texts + names) {
      message = "; did you mean \"\(near)\"?"
    }
    let blockList = ownBlocks.isEmpty ? "" : "blocks: \(list(ownBlocks)); "
    return message + " (\(blockList)columns: \(list(names)))"
  }

  private func list(_ all: [String]) -> String {
    all.prefix(Self.listed).joined(separator: ", ") + (all.count > Self.listed ? ", ..." : "")
  }
}
