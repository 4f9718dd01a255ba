package import Components
package import Imaging

/// One entry of `vois:`: a volume of interest that is derived from the tumour's mask.
package struct NamedVOI: Hashable, Sendable {
  /// Name in the study file, part of the columns' prefix where there are several.
  package var name: String
  package var parameters: VOIParameters
}

/// Where a filter's responses are computed.
package enum FilterDomain: String, Hashable, Sendable, CaseIterable {
  /// In each VOI's own padded box, as PyRadiomics does.
  case voi
  /// Once for all VOIs of a patient's image, in the box that holds them all. Filters that depend on
  /// their whole image (LoG, the pointwise maps) then give other values than with `voi`.
  case patient
}

/// `lesions:` of a study file: each connected component of the mask is a row of its own.
package struct LesionParameters: ParameterSet {
  /// Neighbours of a voxel.
  package enum Connectivity: String, Hashable, Sendable, CaseIterable {
    case faces = "6"
    case edges = "18"
    case corners = "26"

    package var neighbourCount: Int {
      switch self {
      case .faces: 6
      case .edges: 18
      case .corners: 26
      }
    }
  }

  package var connectivity = Connectivity.corners
  /// mm3.
  package var minimumVolume = 0.0

  package init() {}

  package static let fields: [Field<Self>] = [
    .choice(
      "connectivity", \.connectivity,
      "voxels that count as connected: 6 by faces, 18 by faces and edges, 26 by corners as well"),
    .number(
      "minimumVolume", \.minimumVolume, in: 0...Double.greatestFiniteMagnitude,
      "smaller components are left out, mm3"),
  ]
}

extension StudyFile {
  /// One sentence on an entry of `vois:`, for `describe` and the schema.
  package static let voiSummary = "A volume of interest that is derived from the mask."

  /// `vois:`, a mapping of names to settings; the tumour alone where it is absent.
  static func decodeVOIs(_ value: SettingValue?, _ problems: inout [Problem]) -> [NamedVOI] {
    let tumour = NamedVOI(name: "tumour", parameters: VOIParameters())
    switch value {
    case nil, .null?: return [tumour]
    case .map(let map)? where !map.entries.isEmpty:
      var vois: [NamedVOI] = []
      for entry in map.entries {
        let place = "vois.\(entry.key)" + (entry.line > 0 ? " (line \(entry.line))" : "")
        if vois.contains(where: { $0.name == entry.key }) {
          problems.append(Problem(place, "this VOI is given twice"))
        }
        if !isPlainName(entry.key) {
          problems.append(
            Problem(
              place, "a VOI name has letters, digits and - only: it becomes a column prefix"))
        }
        if entry.key.hasPrefix(HabitatSection.namePrefix) {
          problems.append(
            Problem(place, "names that begin with habitat- are those of `habitats`"))
        }
        do throws(InvalidInput) {
          let parameters = try VOIParameters.decode(entry.value, at: place)
          problems += parameters.problems.map {
            Problem($0.location.isEmpty ? place : "\(place).\($0.location)", $0.message)
          }
          vois.append(NamedVOI(name: entry.key, parameters: parameters))
        } catch {
          problems += error.problems
        }
      }
      return vois
    case .some:
      problems.append(
        Problem("vois", "expected a mapping of names to settings, such as `tumour: {}`"))
      return [tumour]
    }
  }
}

/// Letters, digits and hyphens: what can stand in a column prefix without ambiguity.
package func isPlainName(_ name: String) -> Bool {
  !name.isEmpty
    && name.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
        || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "-")
    }
}
