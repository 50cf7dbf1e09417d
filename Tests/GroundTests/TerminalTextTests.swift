import Ground
import Testing

@testable import Ground

@Suite struct TerminalTextTests {
    @Test(
        "control characters and marks of direction are shown, not obeyed",
        arguments: [
            ("\u{1B}[31mred\u{1B}[0m", "␛[31mred␛[0m"), ("\u{1B}]0;title\u{7}", "␛]0;title␇"), ("a\u{8}b\rc\u{7F}", "a␈b␍c␡"),
            ("\u{9B}2J", "<U+009B>2J"), ("txt.\u{202E}gpj", "txt.<U+202E>gpj"), ("\u{2066}x\u{2069}\u{200F}", "<U+2066>x<U+2069><U+200F>"),
            ("a\u{E0041}", "a<U+E0041>"), ("a\u{2028}b\0", "a<U+2028>b␀"),
        ])
    func unsafe(_ text: String, _ shown: String) { #expect(text.safeForTerminal == shown) }

    @Test("other text stays as it is", arguments: ["", "lines\n\tand tabs", "für 日本語 👩‍🌾 ‌فارسی", "␛"])
    func safe(_ text: String) { #expect(text.safeForTerminal == text) }
}
