import Foundation
import Records
import TestSupport
import Testing

@testable import Evaluate

struct HeldOutLossTests {
    @Test("the loss is the mean over tokens, the perplexity its exponential, bits a byte the total over the outputs' bytes")
    func arithmetic() async throws {
        let pairs = try ["one two three four", "five six"].map { try Seed(["instruction": "Count.", "output": .string($0)]) }
        let summary = try await HeldOutLoss(model: ScriptedModel()).summary(of: pairs)
        #expect(summary.pairs == 2)
        #expect(summary.tokens == 6)
        #expect(summary.loss == 0.5)
        #expect(abs(summary.perplexity - exp(0.5)) < 1e-12)
        #expect(abs(summary.bitsPerByte - 3 / log(2) / 26) < 1e-12)
    }

    @Test("the sum does not depend on how many pairs are under way")
    func concurrency() async throws {
        let pairs = try (1...30).map { try Seed(["instruction": "Count.", "output": .string(String(repeating: "word ", count: $0))]) }
        let one = try await HeldOutLoss(model: ScriptedModel()).summary(of: pairs, concurrency: 1)
        let many = try await HeldOutLoss(model: ScriptedModel()).summary(of: pairs, concurrency: 16)
        #expect(one == many)
    }

    @Test("a pair whose instruction leaves no room is left out with its reason, and the others are measured")
    func tooLong() async throws {
        let long = String(repeating: "count ", count: 60)
        let pairs = try ["Count.", long, "Count on."].map { try Seed(["instruction": .string($0), "output": "One two three."]) }
        let model = ScriptedModel(contextLength: 20)
        let losses = try await HeldOutLoss(model: model).losses(of: pairs)
        guard case .failure(let rejection) = losses[1] else {
            Issue.record("the long pair was measured")
            return
        }
        #expect(rejection == Rejection("prompt_too_long", value: 60, threshold: 18))
        #expect(try await HeldOutLoss(model: model).summary(of: pairs).pairs == 2)
    }

    @Test("an output that does not fit is cut at a sentence end, and bits a byte count what was scored")
    func cut() async throws {
        let pair = try Seed(["instruction": "Count.", "output": "One two three. Four five six. Seven eight nine."])
        let loss = try await HeldOutLoss(model: ScriptedModel(contextLength: 9)).loss(of: pair)
        #expect(loss.isCut && loss.tokens == 6 && loss.bytes == "One two three. Four five six.".utf8.count)
    }
}
