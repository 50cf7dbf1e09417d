import Foundation
import Ground
import TestSupport
import Testing

@testable import Transformer

@Suite struct ModelNotesTests {
    private static func notes(_ json: String) throws -> ModelNotes { try ModelNotes(json: Data(json.utf8), path: "m/humpback.json") }

    @Test("every key is read as its own type and written so that it is read again")
    func roundTrip() async throws {
        let json = """
            {"roles": ["backward", "judge"], "languages": ["en", "de"], "base": "abc", "licence": "Apache-2.0", "prompts": "prompts-1",
            "reads_headings": true, "loss": "dpo", "gain": {"middle": 6.25, "width": 2.5}, "temperature": 0.6, "no_repeat": 5, "best_of": 12,
            "combination": {"intercept": -0.5, "terms": [{"signal": "backward_gain", "weight": 2, "mean": 7.5, "scale": 3}]},
            "combination_with_forward": {"intercept": 1, "terms": [], "fitted_to": "own_samples", "forward": "57cc"}}
            """
        let notes = try Self.notes(json)
        #expect(notes.roles == ["backward", "judge"] && notes.languages == ["en", "de"] && notes.base == "abc")
        #expect(notes.licence == "Apache-2.0" && notes.prompts == "prompts-1" && notes.readsHeadings && notes.loss == "dpo")
        #expect(notes.combination == .init(intercept: -0.5, terms: [.init(signal: "backward_gain", weight: 2, mean: 7.5, scale: 3)]))
        #expect(notes.combinationWithForward == .init(intercept: 1, terms: [], fittedTo: SignalCombination.ownSamples, forward: "57cc"))
        #expect(notes.gain == .init(middle: 6.25, width: 2.5) && notes.temperature == 0.6 && notes.noRepeat == 5 && notes.bestOf == 12)
        try await withTemporaryDirectory { folder in
            try notes.write(to: folder)
            #expect(try ModelNotes(reading: folder.appending(path: "humpback.json")) == notes)
        }
        #expect(try Self.notes("{}") == ModelNotes())
    }

    @Test(
        "an unknown key, another type and a number out of range are refused by name, a misspelt key with the one that is nearest",
        arguments: [
            (#"{"temprature": 0.6}"#, "there is no key temprature; temperature is the nearest"),
            (#"{"notes": {"licence": "MIT"}}"#, "there is no key notes"),
            (#"{"gain": {"middle": 1, "widht": 2}}"#, "there is no key gain.widht; gain.width is the nearest"),
            (#"{"combination": {"intercept": 0, "term": []}}"#, "there is no key combination.term; combination.terms is the nearest"),
            (
                #"{"combination": {"intercept": 0, "terms": [{"signal": "a", "weight": 1, "mean": 0, "scales": 1}]}}"#,
                "there is no key combination.terms.scales"
            ),
            (
                #"{"combination": {"intercept": 0, "terms": [{"signal": "a", "weight": 1, "mean": 0, "scale": 0}]}}"#,
                "combination has a term of a with a scale of 0.0"
            ),
            (
                #"{"combination_with_forward": {"intercept": 0, "terms": [], "fittedto": "x"}}"#,
                "there is no key combination_with_forward.fittedto; combination_with_forward.fitted_to is the nearest"
            ),
            (#"{"combination": {"intercept": 0, "terms": [], "fitted_to": "luck"}}"#, "combination is fitted to luck"),
            (#"{"gain": {"middle": 1}}"#, "gain.width is missing"), (#"{"gain": 3}"#, "gain is not"),
            (#"{"gain": {"middle": 1, "width": 0}}"#, "gain has a width of 0.0"),
            (#"{"temperature": "0.6"}"#, "temperature is not of the type Double"), (#"{"temperature": -1}"#, "temperature is -1.0"),
            (#"{"no_repeat": 2.5}"#, "no_repeat is 2.5, not a whole number"), (#"{"no_repeat": 1}"#, "no_repeat is 1"),
            (#"{"best_of": 0}"#, "best_of is 0"),
            (#"{"best_of": 1000000000000000000}"#, "not from 1 to 256"), (#"{"gain": {"middle": 1, "width": 1e-300}}"#, "gain has a width"),
            (#"{"reads_headings": "true"}"#, "reads_headings is not of the type Bool"), (#"{"roles": ["critic"]}"#, "roles names critic"),
            (#"{"roles": ["judge"}"#, "not valid JSON"),
        ])
    func refused(json: String, reason: String) {
        #expect {
            try Self.notes(json)
        } throws: {
            "\($0)".contains("m/humpback.json: ") && "\($0)".contains(reason)
        }
    }
}
