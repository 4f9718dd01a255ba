/// A pattern for names: `*` stands for any characters, `?` for one, all else for itself.
package struct NamePattern: Hashable, Sendable {
  package let text: String
  /// Whether it can match more than one name.
  package let isOpen: Bool
  private let characters: [Character]

  package init(_ text: String) {
    self.text = text
    characters = Array(text)
    isOpen = characters.contains("*") || characters.contains("?")
  }

  /// Goes back to the last `*` only, so the time is at most the product of both lengths.
  package func matches(_ name: String) -> Bool {
    if !isOpen { return name == text }
    let letters = Array(name)
    var (place, letter) = (0, 0)
    var star: (place: Int, letter: Int)?
    while letter < letters.count {
      if place < characters.count, characters[place] == "*" {
        star = (place, letter)
        place += 1
      } else if place < characters.count,
        characters[place] == "?" || characters[place] == letters[letter]
      {
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
    return characters[place...].allSatisfy { $0 == "*" }
  }
}
