/// A pattern for names: `*` stands for any characters, `?` for one, all else for itself.
package struct NamePattern: Hashable, Sendable {
  package let text: String
  /// Whether it can match more than one name.
  package let isOpen: Bool
  private let characters: [Character]
  /// The same as bytes; nil where they are not all ASCII.
  private let bytes: [UInt8]?

  package init(_ text: String) {
    self.text = text
    characters = Array(text)
    bytes = text.utf8.allSatisfy { $0 < 0x80 } ? Array(text.utf8) : nil
    isOpen = characters.contains("*") || characters.contains("?")
  }

  package func matches(_ name: String) -> Bool {
    if !isOpen { return name == text }
    if let bytes {
      let found = name.utf8.withContiguousStorageIfAvailable { letters -> Bool? in
        letters.allSatisfy { $0 < 0x80 }
          ? Self.matches(bytes, letters, any: UInt8(ascii: "*"), one: UInt8(ascii: "?")) : nil
      }
      if case .some(.some(let found)) = found { return found }
    }
    return Self.matches(characters, Array(name), any: "*", one: "?")
  }

  /// Goes back to the last `*` only, so the time is at most the product of both lengths.
  private static func matches<Letters: RandomAccessCollection<Element>, Element: Equatable>(
    _ pattern: [Element], _ letters: Letters, any: Element, one: Element
  ) -> Bool where Letters.Index == Int {
    var (place, letter) = (0, 0)
    var star: (place: Int, letter: Int)?
    while letter < letters.count {
      if place < pattern.count, pattern[place] == any {
        star = (place, letter)
        place += 1
      } else if place < pattern.count, pattern[place] == one || pattern[place] == letters[letter] {
        place += 1
        letter += 1
      } else if let last = star {
        star = (last.place, last.letter + 1)
        place = last.place + 1
        letter = last.letter + 1
      } else {
        return false
      }
    }
    return pattern[place...].allSatisfy { $0 == any }
  }
}

/// Patterns for columns. Each matches the name of a column, the name of its block (image and VOI,
/// as in `CT/tumour`; clinical columns are the block `clinical`), or what stands before `=` in the
/// column of a level: `site` is every column of `site=liver`, `site=lung`, ...
package struct ColumnPatterns: Hashable, Sendable {
  package let texts: [String]
  private let patterns: [NamePattern]

  package init(_ texts: [String]) {
    self.texts = texts
    patterns = texts.map { NamePattern($0) }
  }

  package var isEmpty: Bool { patterns.isEmpty }

  /// Whether each column is matched by any pattern. A block is looked at once, not once per column.
  package func matches(names: [String], blocks: [String]) -> [Bool] {
    precondition(names.count == blocks.count)
    var known: [String: Bool] = [:]
    return zip(names, blocks).map { name, block in
      let ofBlock = known[block] ?? patterns.contains { !block.isEmpty && $0.matches(block) }
      known[block] = ofBlock
      return ofBlock || patterns.contains { Self.matches($0, name) }
    }
  }

  /// Patterns that match no column.
  package func unmatched(names: [String], blocks: [String]) -> [String] {
    let blocks = Set(blocks).subtracting([""])
    return patterns.filter { pattern in
      !names.contains { Self.matches(pattern, $0) } && !blocks.contains { pattern.matches($0) }
    }.map(\.text)
  }

  private static func matches(_ pattern: NamePattern, _ name: String) -> Bool {
    if pattern.matches(name) { return true }
    guard let sign = name.utf8.firstIndex(of: UInt8(ascii: "=")) else { return false }
    return pattern.matches(String(name[..<sign]))
  }
}
