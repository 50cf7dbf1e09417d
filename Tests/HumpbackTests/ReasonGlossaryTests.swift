import Foundation
import TestSupport
import Testing

@testable import humpback

@Suite struct ReasonGlossaryTests {
    @Test("every code that the sources give a rejection or a filter has its meaning in the glossary")
    func complete() throws {
        let sources = SharedData.projectRoot.appending(path: "Sources")
        let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? []
        #expect(files.count > 100)
        var missing: Set<String> = []
        var found = 0
        for file in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: /(?:(?:Rejection|FilterRule|\.refused|\.dropAll)\(\s*|reason: )"([a-z0-9_]+)"/) {
                found += 1
                if ReasonGlossary.meaning(of: String(match.1)) == nil { missing.insert(String(match.1)) }
            }
        }
        #expect(found > 80)
        #expect(missing.isEmpty, "\(missing.sorted())")
        for code in ["introduction_of_long_section", "top_2_gram", "duplicated_10_n_grams", "weight_0", "invalid_json", "truncated_record"]
        {
            #expect(ReasonGlossary.meaning(of: code) != nil, "\(code)")
        }
    }

    /// What a rejection is given in the place of a code, with the codes that it may stand for.
    private static let computed: [String: [String]] = [
        "Self.weightless": ["weight_0"], "Seed.weightless": ["weight_0"], "Self.overBudget": ["over_token_budget"],
        // A choice between tool_turn and unknown_role, up to its first parenthesis.
        "tools.contains(speaker.lowercased(": ["tool_turn", "unknown_role"],
        "JSONError.Kind.syntax.rawValue": ["invalid_json"],
        "error.kind.rawValue": ["invalid_json", "invalid_utf8", "nested_too_deep", "not_an_object"],
        #"isFilter ? "content_filter" : "endpoint_refused""#: ["content_filter", "endpoint_refused"],
    ]
    /// What hands on a code that something else has given.
    private static let handedOn: Set = [
        "reason", "rejection.reason", #"parts[0].string ?? "unknown""#,
    ]

    @Test("what is given in the place of a code is known with the codes that it stands for, and they have their meaning")
    func computedCodes() throws {
        let sources = SharedData.projectRoot.appending(path: "Sources")
        let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? []
        var unknown: Set<String> = []
        for file in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: /[^A-Za-z_]Rejection\(\s*([^"\s)][^\n]*?)(?:, value:|, threshold:|\)|,?\n)/) {
                let given = String(match.1).trimmingCharacters(in: CharacterSet(charactersIn: ", "))
                if let codes = Self.computed[given] {
                    for code in codes where ReasonGlossary.meaning(of: code) == nil { unknown.insert("\(code) of \(given)") }
                } else if !Self.handedOn.contains(given) {
                    unknown.insert("\(file.lastPathComponent): \(given)")
                }
            }
        }
        #expect(unknown.isEmpty, "\(unknown.sorted())")
    }

    @Test("every code of the glossary is one that some source gives")
    func noneTooMany() throws {
        let sources = SharedData.projectRoot.appending(path: "Sources")
        let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? []
        var literals: Set<String> = []
        for file in files where file.pathExtension == "swift" && file.lastPathComponent != "ReasonGlossary.swift" {
            for match in try String(contentsOf: file, encoding: .utf8).matches(of: /"([a-z0-9]+(?:_[a-z0-9]+)*)"/) {
                literals.insert(String(match.1))
            }
        }
        // Those of Fields and Preference, made of a field's name.
        literals.formUnion(["empty_text", "empty_chosen", "empty_rejected", "empty_real", "empty_generated"])
        let codes = ReasonGlossary.sections.flatMap { $0.reasons.map(\.code) }.filter { !$0.contains("N") }
        let strangers = codes.filter { !literals.contains($0) }
        #expect(strangers.isEmpty, "\(strangers)")
    }

    @Test("no code stands twice, and each meaning is a sentence")
    func words() {
        let all = ReasonGlossary.sections.flatMap(\.reasons)
        #expect(Set(all.map(\.code)).count == all.count)
        for reason in all { #expect(reason.meaning.last == "." || reason.meaning.hasSuffix(")."), "\(reason.code)") }
    }

    @Test("help reasons prints all, or those that are named; a mistyped code gives the one that was meant")
    func command() throws {
        let all = try BuiltTool.run("help", "reasons")
        #expect(all.status == 0 && all.output.contains("Dropped means") && all.output.contains("near_duplicate"))
        #expect(all.lines.allSatisfy { $0.count <= 110 })
        let some = try BuiltTool.run("help", "reasons", "too_short", "top_3_gram")
        #expect(some.status == 0 && some.lines.count >= 2 && some.output.contains("--min-chars"))
        let wrong = try BuiltTool.run("help", "reasons", "to_short")
        #expect(wrong.status == 64 && wrong.messages.contains("Did you mean too_short?"))
    }
}
