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
}
