import Ground
import Records
import Stages
import Testing

@testable import Curate

struct VerdictsTests {
    private func records(_ objects: [JSONObject]) -> [InputRecord] {
        objects.enumerated().map { InputRecord($1, place: SourcePlace(file: "f", line: $0 + 1)) }
    }

    @Test("verdicts stand in the pair or by its id elsewhere; pairs without score or verdict are left out")
    func sources() throws {
        let pairs = records([
            ["id": "a", "score": 4.5, "label": true], ["id": "b", "score": 2.0], ["id": "c", "score": 3.0], ["id": "d", "label": true],
        ])
        let labels = records([["id": "b", "label": "bad"], ["id": "zzz", "label": "good"], ["id": "a", "label": false]])
        #expect(
            try Verdicts().labelled(pairs: pairs, labels: labels)
                == [Calibration.Labelled(score: 4.5, isGood: true), Calibration.Labelled(score: 2, isGood: false)])
    }

    @Test("numbers are marks, or 0 and 1 where none is above 1")
    func numbers() throws {
        let marks = records([["score": 2.0, "mark": 1], ["score": 3.0, "mark": 4]])
        #expect(try Verdicts(field: "mark").labelled(pairs: marks).map(\.isGood) == [false, true])
        let flags = records([["score": 2.0, "mark": 1], ["score": 3.0, "mark": 0]])
        #expect(try Verdicts(field: "mark").labelled(pairs: flags).map(\.isGood) == [true, false])
    }

    @Test("by id the last verdict holds, and null takes it back")
    func byID() throws {
        let labels = records([
            ["id": "a", "label": true], ["id": "b", "label": true], ["id": "a", "label": false], ["id": "b", "label": .null], ["id": "c"],
        ])
        #expect(try Verdicts().byID(labels) == ["a": false])
        #expect(Verdicts().instructions(labels) == [:])
        let marks = records([["id": "a", "mark": 5], ["id": "b", "mark": 3]])
        #expect(try Verdicts(field: "mark").byID(marks) == ["a": true, "b": false])
    }

    @Test("a verdict that is none is named with its place")
    func unreadable() {
        #expect(throws: CalibrationError.badVerdict(SourcePlace(file: "f", line: 1), "\"maybe\"")) {
            try Verdicts().labelled(pairs: records([["score": 2.0, "label": "maybe"]]))
        }
    }
}
