import Testing

@testable import Curate

struct CalibrationTests {
    private func labelled(_ scores: [Double], _ good: [Int]) -> [Calibration.Labelled] {
        zip(scores, good).map { Calibration.Labelled(score: $0, isGood: $1 == 1) }
    }

    @Test("the fitted share rises with the score; neighbours that fall are pooled")
    func isotonic() throws {
        let calibration = try Calibration(labelled([1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 4.6, 5], [0, 0, 1, 0, 0, 1, 1, 0, 1, 1]))
        #expect(calibration.blocks.map(\.share) == [0, 1.0 / 3, 2.0 / 3, 1])
        #expect(calibration.blocks.map(\.pairs) == [2, 3, 3, 2])
        #expect(calibration.share(at: 0) == 0 && calibration.share(at: 2.2) == 1.0 / 3 && calibration.share(at: 5) == 1)
    }

    @Test("the threshold is the least score with the wanted share of good ones above it")
    func threshold() throws {
        let calibration = try Calibration(labelled([1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 4.6, 5], [0, 0, 1, 0, 0, 1, 1, 0, 1, 1]))
        #expect(try calibration.threshold(for: 0.8) == Calibration.Threshold(score: 3.5, pairs: 5, good: 4))
        #expect(try calibration.threshold(for: 1) == Calibration.Threshold(score: 4.6, pairs: 2, good: 2))
        #expect(try calibration.threshold(for: 0.1).pairs == 10)
    }

    @Test("separation is the area under the ROC curve, equal scores counting half")
    func separation() throws {
        let apart = labelled([1, 1, 1, 1, 1, 5, 5, 5, 5, 5], [0, 0, 0, 0, 0, 1, 1, 1, 1, 1])
        #expect(try Calibration(apart).separation == 1)
        #expect(try Calibration(labelled([3, 3, 3, 3, 3, 3, 3, 3, 3, 3], [0, 1, 0, 1, 0, 1, 0, 1, 0, 1])).separation == 0.5)
    }

    @Test("Wilson's interval: 9 of 10 lie between 59.6 and 98.2 percent")
    func interval() {
        let interval = Calibration.interval(of: 9, among: 10)
        #expect(abs(interval.lowerBound - 0.5958) < 1e-3 && abs(interval.upperBound - 0.9821) < 1e-3)
    }

    @Test("too few verdicts, verdicts of one kind and a share that is never reached are refused")
    func refused() throws {
        #expect(throws: CalibrationError.tooFew(2)) { try Calibration(labelled([1, 2], [0, 1])) }
        let same = [Double](repeating: 3, count: 12)
        #expect(throws: CalibrationError.oneVerdict(isGood: true, 12)) { try Calibration(labelled(same, [Int](repeating: 1, count: 12))) }
        let falling = try Calibration(labelled((0..<10).map { 1 + Double($0) / 5 }, [1, 1, 1, 1, 1, 0, 0, 0, 0, 0]))
        #expect(throws: CalibrationError.self) { try falling.threshold(for: 0.9) }
    }
}
