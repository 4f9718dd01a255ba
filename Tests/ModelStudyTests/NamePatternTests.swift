import Learning
import ModelStudy
import Testing

@Suite struct NamePatternTests {
  @Test(arguments: [
    ("*", "", true), ("*", "anything", true), ("", "", true), ("", "a", false),
    ("CT/*", "CT/tumour", true), ("CT/*", "PET/tumour", false), ("*_Mean", "a_b_Mean", true),
    ("*_Mean", "a_Mean_b", false), ("a?c", "abc", true), ("a?c", "ac", false),
    ("*a*b*", "xxaxxbxx", true), ("*a*b*", "xxbxxaxx", false), ("a*a*a", "aaaa", true),
    ("*ab", "aab", true), ("glcm", "GLCM", false), ("a.c", "abc", false), ("??", "ü€", true),
  ])
  func patterns(pattern: String, name: String, expected: Bool) {
    #expect(NamePattern(pattern).matches(name) == expected)
  }

  /// Going back to every `*` would take longer than the test may.
  @Test(.timeLimit(.minutes(1))) func manyStarsAreNoTrap() {
    let pattern = NamePattern(String(repeating: "*a", count: 40) + "b")
    #expect(!pattern.matches(String(repeating: "a", count: 400)))
  }
}
