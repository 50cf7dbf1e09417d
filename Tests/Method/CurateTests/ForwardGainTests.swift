import LanguageModels
import Records
import Synchronization
import TestSupport
import Testing

@testable import Curate

/// Says a word of a text at -1 after a request that names the sea, and at -3 after any other.
private func forward(contextLength: Int = 10_000) -> ScriptedModel {
    ScriptedModel(roles: [.forward], contextLength: contextLength, nats: { _, prompt in prompt.contains("sea") ? -1 : -3 })
}

struct ForwardGainTests {
    @Test("the gain is what the request adds to the text's log-probability over requests that ask for nothing")
    func gain() async throws {
        let gain = ForwardGain(forward: forward())
        #expect(try await gain.gain(of: "It rises and falls.", after: "How does the sea move?") == 8)
        #expect(try await gain.gain(of: "It rises and falls.", after: "How does bread move?") == 0)
    }

    @Test("of a text too long for the context its beginning is measured, cut at a sentence")
    func truncation() async throws {
        let text = (1...20).map { "Sentence \($0) has six short words." }.joined(separator: " ")
        let gain = try await ForwardGain(forward: forward(contextLength: 70)).gain(of: text, after: "How does the sea move?")
        #expect(gain == 2 * 6 * 6)
    }

    @Test("what instructions that ask for nothing make of an output is asked once for all instructions about it, and again where it failed")
    func neutral() async throws {
        let asked = Mutex(0)
        let model = ScriptedModel(
            roles: [.forward],
            nats: { _, prompt in
                if ForwardGain.neutralInstructions.contains(where: prompt.hasSuffix) { asked.withLock { $0 += 1 } }
                return prompt.contains("sea") ? -1 : -3
            })
        let gain = ForwardGain(forward: model)
        let found = try await sideBySide(0..<6) { number in
            try await gain.gain(of: number < 3 ? "It rises and falls." : "It bakes.", after: "What does the sea do, \(number)?")
        }
        #expect(found == [8, 8, 8, 4, 4, 4] && asked.withLock { $0 } == 6)
        let neutral = NeutralLikelihoods()
        await #expect(throws: Rejection.self) { try await neutral.value(of: "a") { throw Rejection("server_busy") } }
        #expect(try await neutral.value(of: "a") { 7 } == 7)
        #expect(try await neutral.value(of: "a") { 8 } == 7)
    }

    @Test("a text whose first sentence does not fit is rejected")
    func tooLong() async throws {
        let text = String(repeating: "word ", count: 80) + "."
        await #expect(throws: Rejection.self) {
            try await ForwardGain(forward: forward(contextLength: 60)).gain(of: text, after: "How does the sea move?")
        }
    }
}
