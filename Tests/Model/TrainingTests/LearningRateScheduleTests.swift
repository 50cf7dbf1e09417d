import Testing

@testable import Training

@Suite("LearningRateSchedule") struct LearningRateScheduleTests {
    static func rates(_ shape: LearningRateSchedule.Shape, warmup: Int = 2, steps: Int = 7) -> [Double] {
        let schedule = LearningRateSchedule(peak: 1, shape: shape, warmupSteps: warmup, totalSteps: steps)
        return (0..<steps).map { (schedule.rate(at: $0) * 1e6).rounded() / 1e6 }
    }

    @Test("warms up on a line, then stays")
    func constant() {
        #expect(Self.rates(.constant) == [0.5, 1, 1, 1, 1, 1, 1])
    }

    @Test("falls on a line and has the floor at the last step")
    func linear() {
        #expect(Self.rates(.linear(floor: 0.2)) == [0.5, 1, 1, 0.8, 0.6, 0.4, 0.2])
        // The paper's schedule: 1e-5 at the start, 9e-6 at the end, on a line.
        let paper = LearningRateSchedule(peak: 1e-5, shape: .linear(floor: 0.9), totalSteps: 500)
        #expect(paper.rate(at: 0) == 1e-5 && abs(paper.rate(at: 499) - 9e-6) < 1e-18)
    }

    @Test("falls on half a cosine")
    func cosine() {
        #expect(Self.rates(.cosine(floor: 0)) == [0.5, 1, 1, 0.853553, 0.5, 0.146447, 0])
    }

    @Test("stays, then decays over the last share of the steps")
    func warmupStableDecay() {
        #expect(Self.rates(.warmupStableDecay(decayShare: 0.4, floor: 0), steps: 10) == [0.5, 1, 1, 1, 1, 1, 0.75, 0.5, 0.25, 0])
    }

    @Test("has a rate for a run of one step and for steps past the end")
    func edges() {
        let one = LearningRateSchedule(peak: 3, shape: .linear(floor: 0), totalSteps: 1)
        #expect(one.rate(at: 0) == 3)
        let past = LearningRateSchedule(peak: 3, shape: .cosine(floor: 0.1), totalSteps: 5)
        #expect(abs(past.rate(at: 50) - 0.3) < 1e-12)
    }
}
