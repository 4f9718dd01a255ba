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
  /// Components that it is made of beside its parameters, such as the model of an elimination.
  var nested: [(name: String, component: any Component)] { get }
  init(_ parameters: Parameters) throws(InvalidInput)
}

extension Component {
  package var nested: [(name: String, component: any Component)] { [] }

  /// "rfe {target: 10} model: svc {kernel: linear}": the component with all its settings, for the
  /// identity of a study and for people.
  package var settingsText: String {
    let parts = nested.map { "\($0.name): \($0.component.settingsText)" }
    return (["\(Self.id) \(parameters.encoded().flowText)"] + parts).joined(separator: " ")
  }

  /// Decodes the parameters at `location` of a study file and makes the component.
  /// - Throws: every unknown key and every value out of range at once.
  package static func decode(_ value: SettingValue, at location: String) throws(InvalidInput)
    -> Self
  {
    try Self(Parameters.decode(value, at: location))
  }
}
