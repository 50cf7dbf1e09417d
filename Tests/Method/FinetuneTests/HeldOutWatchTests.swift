import Testing
import Training

@testable import Finetune

struct HeldOutWatchTests {
    /// Examples that read 100 tokens each.
    static func examples(_ count: Int) -> [TrainingExample] {
        (0..<count).map {
            TrainingExample(prompt: [Int32($0 % 7)] + Array(repeating: 1, count: 90), completion: Array(repeating: 2, count: 10))
        }
    }

    @Test("measures as often as a fifth of the work allows, and six times at most", arguments: [(150, 6), (100, 3), (50, 1), (24, 1)])
    func affordable(steps: Int, measurements: Int) {
        let watch = HeldOutWatch(steps: steps, trainedTokens: Double(steps * 8 * 100), heldOut: Self.examples(100), every: nil)
        #expect((steps + watch.every - 1) / watch.every == measurements, "\(watch.every)")
        let work = Double((1 + measurements) * watch.examples.count * 100) * HeldOutWatch.forwardCost
        #expect(work <= 1.01 * HeldOutWatch.share * Double(steps * 8 * 100), "\(work)")
    }

    @Test("takes fewer examples, evenly chosen, where two measurements of all would cost too much, and says so")
    func fewer() {
        let watch = HeldOutWatch(steps: 24, trainedTokens: 24 * 8 * 100, heldOut: Self.examples(100), every: nil)
        #expect(watch.examples.count == 57 && watch.every == 24)
        #expect(watch.summary == "; loss of 57 of 100 pairs held out before the first step and after the last")
        #expect(HeldOutWatch(steps: 1, trainedTokens: 100, heldOut: Self.examples(100), every: nil).examples.count == 16)
        #expect(HeldOutWatch(steps: 1, trainedTokens: 100, heldOut: Self.examples(3), every: nil).examples.count == 3)
        #expect(HeldOutWatch(steps: 9, trainedTokens: 100, heldOut: [], every: nil).summary.isEmpty)
    }

    @Test("so many steps that nobody can count their tokens are no matter")
    func endless() {
        let watch = HeldOutWatch(steps: .max, trainedTokens: 8e20, heldOut: Self.examples(3), every: nil)
        #expect(watch.every == Int.max / HeldOutWatch.most + 1 && watch.examples.count == 3)
    }

    @Test("an interval that somebody gave is kept, and all examples with it")
    func given() {
        let watch = HeldOutWatch(steps: 24, trainedTokens: 100, heldOut: Self.examples(100), every: 2)
        #expect(watch.every == 2 && watch.examples.count == 100)
        #expect(watch.summary == "; loss of 100 pairs held out before the first step and every 2 steps")
    }
}
