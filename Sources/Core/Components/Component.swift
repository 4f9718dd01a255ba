/// The name by which study files, column prefixes and result paths call a component.
package struct ComponentID: Hashable, Sendable, CustomStringConvertible,
  ExpressibleByStringLiteral
{
  package var name: String
  package init(_ name: String) { self.name = name }
  package init(stringLiteral value: String) { name = value }
  package var description: String { name }
}

/// Something a study file can name and configure: a feature family, a filter, a selector, a model.
///
/// One component is one file and one line in `Catalog`. Its parameters are checked when it is made;
/// an instance is a valid instance.
package protocol Component: Sendable {
  associatedtype Parameters: ParameterSet
  /// Study-file key and column part.
  static var id: ComponentID { get }
  /// One sentence for `radcohort describe`.
  static var summary: String { get }
  var parameters: Parameters { get }
  init(_ parameters: Parameters) throws(InvalidInput)
}

extension Component {
  /// Decodes the parameters at `location` of a study file and makes the component.
  /// - Throws: every unknown key and every value out of range at once.
  package static func decode(_ value: SettingValue, at location: String) throws(InvalidInput)
    -> Self
  {
    try Self(Parameters.decode(value, at: location))
  }
}
