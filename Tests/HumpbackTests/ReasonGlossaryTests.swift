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
            for match in text.matches(of: /(?:Rejection|FilterRule)\(\s*"([a-z0-9_]+)"/) {
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
