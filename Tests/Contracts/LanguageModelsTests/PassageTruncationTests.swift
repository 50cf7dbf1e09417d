import Ground
import LanguageModels
import Records
import Synchronization
import Testing

/// A model that counts words, with five tokens of template around a chat.
private final class WordCounter: LanguageModel {
    let card: ModelCard
    let asked = Atomic<Int>(0)

    init(context: Int) {
        card = ModelCard(
            name: "words", fingerprint: "", roles: [], precision: "float32", instructionSet: "scalar", contextLength: context)
    }

    private func words(_ text: String) -> Int { text.split { $0 == " " || $0 == "\n" }.count }

    func tokenCount(of text: String) -> Int { words(text) }
    func tokenCount(of prompt: Prompt) -> Int {
        asked.add(1, ordering: .relaxed)
        return switch prompt {
        case .text(let text): words(text)
        case .chat(let turns): turns.reduce(5) { $0 + words($1.content) }
        }
    }
    func complete(_ prompt: Prompt, sampling: Sampling, key: String) -> Completion { Completion(text: "", end: .stop, tokenCount: 0) }
    func probabilities(of labels: [Label], after prompt: Prompt) -> [Double] { labels.map { _ in 0 } }
    func logLikelihood(of continuation: String, after prompt: Prompt) -> LogLikelihood { LogLikelihood(tokens: [], logProbabilities: []) }
}

@Suite struct PassageTruncationTests {
    private let text = (1...40).map { "Sentence number \($0) says little." }.joined(separator: " ")

    private func fit(_ text: String, context: Int, reserving: Int) async throws -> (PassageTruncation.Fitted, Int) {
        let model = WordCounter(context: context)
        let fitted = try await PassageTruncation.fit(text, in: model, reserving: reserving) { .chat([ChatMessage(.user, "Ask: " + $0)]) }
        return (fitted, model.asked.load(ordering: .relaxed))
    }

    @Test("leaves a text that fits exactly as it is, after one count")
    func fits() async throws {
        let (fitted, asked) = try await fit(text, context: 206 + 10, reserving: 10)
        #expect(!fitted.isTruncated && fitted.text == text && asked == 1)
    }

    @Test("cuts behind the last sentence that fits, whatever room there is", arguments: 11..<206)
    func cuts(room: Int) async throws {
        let (fitted, asked) = try await fit(text, context: room + 30, reserving: 30)
        let sentences = (room - 6) / 5
        #expect(fitted.isTruncated)
        #expect(fitted.text == (1...sentences).map { "Sentence number \($0) says little." }.joined(separator: " "))
        #expect(fitted.prompt == .chat([ChatMessage(.user, "Ask: " + fitted.text)]))
        #expect(asked <= 8)
    }

    @Test("refuses a text whose first sentence does not fit, with the numbers")
    func refuses() async throws {
        await #expect(throws: Rejection("prompt_too_long", value: 206, threshold: 10)) { try await fit(text, context: 40, reserving: 30) }
    }

    @Test("cuts at the end of a line where no sentence ends, and never within a letter of several bytes")
    func lines() async throws {
        let list = (1...30).map { "- größe nummer \($0) – ä" }.joined(separator: "\n")
        let (fitted, _) = try await fit(list, context: 50, reserving: 10)
        #expect(fitted.isTruncated && list.hasPrefix(fitted.text + "\n") && fitted.text.hasSuffix("ä"))
    }
}
