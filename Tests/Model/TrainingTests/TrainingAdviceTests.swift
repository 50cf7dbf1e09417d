import Testing

@testable import Training

@Suite("Advice on a run") struct TrainingAdviceTests {
    @Test("warns of divergence when the loss is half as high again and half a nat over its lowest")
    func divergence() {
        #expect(TrainingAdvice.divergence(smoothed: 3.1, lowest: 2) != nil)
        #expect(TrainingAdvice.divergence(smoothed: 2.9, lowest: 2) == nil)
        #expect(TrainingAdvice.divergence(smoothed: 0.4, lowest: 0.1) == nil)
    }

    private func rise(
        _ loss: Double, previous: Double = 1, best: Double = 1, base: Double? = nil, training: Double? = nil, dropout: Double = 0,
        measurements: Int = 2
    ) -> String? {
        TrainingAdvice.heldOutRise(
            loss: loss, previous: previous, best: best, bestStep: 5, base: base, training: training, dropout: dropout,
            measurements: measurements)
    }

    @Test("warns once, when two measurements have brought no new best and the loss has risen by half a percent")
    func heldOut() {
        func warnings(_ losses: [Double]) -> [Bool] {
            losses.indices.map { rise(losses[$0], previous: $0 > 0 ? losses[$0 - 1] : 1, measurements: $0 + 1) != nil }
        }
        #expect(warnings([2, 2, 2, 2]) == [false, true, false, false])
        #expect(warnings([1.001, 1.002, 1.004, 1.006]) == [false, false, false, true])
        #expect(warnings([1.001, 1, 1.004]) == [false, false, false])
    }

    @Test("a held-out loss that was never below the base's own is a matter of the learning rate, and never learning by heart")
    func neverBelowBase() throws {
        let advice = try #require(rise(2.8, previous: 2.76, best: 2.766, base: 2.734, training: 2, dropout: 0.1))
        #expect(advice.contains("never below the base's own, 2.734") && advice.contains("Lower the learning rate"))
        #expect(advice.contains("--dropout 0") && !advice.contains("by heart"))
        #expect(try !#require(rise(2.8, previous: 2.76, best: 2.766, base: 2.734)).contains("dropout"))
    }

    @Test("learning by heart is said only where the training loss has fallen well below the held-out one")
    func byHeart() throws {
        let learned = try #require(rise(2.6, previous: 2.5, best: 2.5, base: 2.734, training: 1.9))
        #expect(learned.contains("by heart") && learned.contains("the base's own 2.734"))
        let restless = try #require(rise(2.6, previous: 2.5, best: 2.5, base: 2.734, training: 2.5))
        #expect(!restless.contains("by heart") && restless.contains("learning rate"))
    }

    @Test("a first loss far above the base's own on the same examples is the dropout's")
    func dropout() throws {
        let advice = try #require(TrainingAdvice.firstLoss(8.28, own: 2.41, heldOut: 2.73, dropout: 0.1, vocabulary: 49152))
        #expect(advice.contains("8.28") && advice.contains("2.41") && advice.contains("dropout 0.1") && advice.contains("--dropout 0"))
        #expect(TrainingAdvice.firstLoss(2.5, own: 2.41, heldOut: 2.73, dropout: 0.01, vocabulary: 49152) == nil)
        #expect(TrainingAdvice.firstLoss(2.41, own: nil, heldOut: 2.73, dropout: 0, vocabulary: 49152) == nil)
    }

    @Test("a base that does no better than chance has another's template or tokenizer, unless it was made at random")
    func chance() throws {
        let advice = try #require(TrainingAdvice.firstLoss(9.9, own: nil, heldOut: nil, dropout: 0, vocabulary: 49152))
        #expect(advice.contains("chance") && advice.contains("template"))
        #expect(TrainingAdvice.firstLoss(9.9, own: nil, heldOut: nil, dropout: 0, vocabulary: nil) == nil)
    }

    @Test("examples that the base finds far harder than the held-out ones are of another kind")
    func unlikeRows() throws {
        let advice = try #require(TrainingAdvice.firstLoss(5, own: nil, heldOut: 2.5, dropout: 0, vocabulary: 49152))
        #expect(advice.contains("different kinds") && advice.contains("show-mask"))
    }
}
