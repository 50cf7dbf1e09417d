import Foundation
import Ground
import Records
import Testing

@testable import Curate

@Suite struct RatingAlarmsTests {
    /// Pairs of random scores, lengths and gains, changed by a hand.
    private func sentences(_ count: Int = 60, _ change: (inout JSONObject, Int, inout Double, inout Double, inout Double) -> Void)
        -> [String]
    {
        let alarms = RatingAlarms(iteration: 2)
        var random = KeyedRandom(seed: 5, key: "alarms")
        for number in 0..<count {
            var (score, mass, gain) = (1 + 4 * random.nextUnit(), 0.9 + 0.1 * random.nextUnit(), 4 + 12 * random.nextUnit())
            var pair: JSONObject = [
                "instruction": .string(String(repeating: "word ", count: 3 + random.nextInt(below: 9))),
                "output": .string(String(repeating: "text ", count: 10 + random.nextInt(below: 90))),
            ]
            change(&pair, number, &score, &mass, &gain)
            let judged = Rating(
                rubric: "trained", scale: 1...5, probabilities: [("1", 0.5), ("5", 0.5)], mass: mass, judge: "J", iteration: 2)
            let gained = Rating(
                rubric: "backward_gain", scale: 0...1, probabilities: [("match", 0.5)], mass: 1, judge: "B", iteration: 2, gain: gain,
                gainScales: [("backward", 8, 3)])
            // Of a round before, which does not count.
            let old = Rating(rubric: "trained", scale: 1...5, probabilities: [("1", 1)], mass: 0.1, judge: "J", iteration: 1)
            pair["score"] = .double(score)
            pair["ratings"] = .array([old, judged, gained].map { .object($0.object) })
            alarms.add(number % 2 == 0 ? .kept([pair]) : .dropped(pair, Rejection("score_low")))
        }
        return alarms.sentences
    }

    @Test("ratings that are as they should be raise no alarm, and neither do few")
    func quiet() {
        #expect(sentences { _, _, _, _, _ in } == [])
        #expect(sentences(29) { _, _, score, _, _ in score = 5 } == [])
        #expect(RatingAlarms(iteration: 1).sentences == [])
    }

    @Test("one score for nearly all is told with its share and range")
    func oneScore() {
        let told = sentences { _, number, score, _, _ in if number % 15 != 0 { score = 4.9 + score / 100 } }
        #expect(told.count == 1 && told[0].hasPrefix("54 of 60 pairs have a score from 4."), "\(told)")
        #expect(told[0].contains("--top-fraction"))
    }

    @Test("a score that goes with the length of output or instruction is told, either way up")
    func length() {
        let long = sentences { pair, _, score, _, _ in score = 1 + Double(pair["output"]?.string?.count ?? 0) / 200 }
        #expect(
            long.count == 1 && long[0].contains("length of the output (rank correlation 1.00 over 60 pairs)")
                && long[0].contains("long ones"))
        let short = sentences { pair, _, score, _, _ in score = 5 - Double(pair["instruction"]?.string?.count ?? 0) / 20 }
        #expect(
            short.count == 1 && short[0].contains("length of the instruction (rank correlation -1.00") && short[0].contains("short ones"))
    }

    @Test("a judge that would rather say something else than its labels is told")
    func mass() {
        let told = sentences { _, _, _, mass, _ in mass = 0.62 }
        #expect(told.count == 1 && told[0].contains("60 answers leave its labels a probability of 0.62 or less"), "\(told)")
    }

    @Test("gains far from those that the scale was fitted on are told with their bounds")
    func far() {
        let told = sentences { _, number, _, _, gain in if number % 4 == 0 { gain = 40 } else if number % 20 == 1 { gain = -12 } }
        #expect(told.count == 1 && told[0].hasPrefix("18 of 60 backward gains lie outside of -10.0 to 26.0 nats"), "\(told)")
    }
}
