import LanguageModels
import Testing

@testable import Inference

struct RecentPromptsTests {
    private final class Counter {
        var asked: [Prompt] = []

        func encode(_ prompt: Prompt) -> [Int32] {
            asked.append(prompt)
            guard case .text(let text) = prompt else { return [] }
            return text.utf8.map { Int32($0) }
        }
    }

    @Test("a prompt is encoded once, and its tokens stay the same")
    func once() {
        let (recent, counter) = (RecentPrompts(), Counter())
        for _ in 0..<3 { #expect(recent.tokens(of: .text("ab"), counter.encode) == [97, 98]) }
        #expect(recent.tokens(of: .text("abc"), counter.encode) == [97, 98, 99])
        #expect(counter.asked == [.text("ab"), .text("abc")])
    }

    @Test("the oldest go where the room is used up, and what is larger than the room is not kept")
    func room() {
        let (recent, counter) = (RecentPrompts(mostTokens: 4), Counter())
        for text in ["ab", "cd", "e", "cd", "ab", "larger", "larger"] { _ = recent.tokens(of: .text(text), counter.encode) }
        #expect(counter.asked == ["ab", "cd", "e", "ab", "larger", "larger"].map { .text($0) })
    }

    @Test("what cannot be encoded is asked again")
    func failing() {
        struct Broken: Error {}
        let recent = RecentPrompts()
        for _ in 0..<2 { #expect(throws: Broken.self) { try recent.tokens(of: .text("a")) { _ in throw Broken() } } }
        #expect(recent.tokens(of: .text("a")) { _ in [1] } == [1])
    }
}
