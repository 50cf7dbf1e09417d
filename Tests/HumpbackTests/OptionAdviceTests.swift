import Foundation
import TestSupport
import Testing

@testable import humpback

@Suite struct OptionAdviceTests {
    @Test(
        "an option of a neighbour gives the name it has here, or where it is at home",
        arguments: [
            ("finetune", "--model", "Here it is called --base."), ("evaluate", "--base", "Here it is called --model."),
            ("finetune", "-o", "Here it is called --out."), ("augment", "--out", "Here it is called --output."),
            ("run", "--model", "Here it is called --base."), ("finetune", "--lr", "Here it is called --learning-rate."),
            ("generate", "--max-tokens", "Here it is called --max-new-tokens."), ("finetune", "--rank", "Here it is called --lora-rank."),
            ("curate", "--judge-model", "Here it is called --model."), ("run", "--backward", "Here it is called --backward-model."),
            ("augment", "--backward", "Here it is called --model."), ("finetune", "--seed_data", "Did you mean --seed-data?"),
            ("augment", "--min-score", "It is an option of humpback curate, humpback run, humpback export."),
            ("ingest", "--input", "What is read is named without an option"), ("ingest", "--limt", "Did you mean --limit?"),
        ])
    func options(_ command: String, _ option: String, _ advice: String) throws {
        let ended = try BuiltTool.run([command, option, "x"])
        #expect(ended.status == 64)
        #expect(ended.messages.contains(advice), "\(ended.messages)")
    }

    @Test("a path where a word is wanted gives the option that takes the path; a mistyped word the one that was meant")
    func values() throws {
        #expect(try BuiltTool.run("curate", "--judge", "./J", "x").messages.contains("goes with --model: --judge trained --model ./J"))
        #expect(try BuiltTool.run("run", "--judge", "a/J").messages.contains("goes with --judge-model: --judge trained --judge-model a/J"))
        let meant = try BuiltTool.run("curate", "--judge", "trainde", "x")
        #expect(meant.status == 64 && meant.messages.contains("Did you mean trained?"))
        #expect(!(try BuiltTool.run("curate", "--judge", "somebody", "x").messages.contains("Did you mean")))
    }

    @Test(
        "a language that does not exist, or that nobody tells, is refused with what there is",
        arguments: [
            ("klingon", "no language that there is"), ("english", "english is en."), ("xx", "no language that there is"),
            ("fi", "the built-in detector tells en, de"), ("german", "german is de."),
        ])
    func languages(_ word: String, _ advice: String) throws {
        let ended = try BuiltTool.run("ingest", "--language-detector", "built-in", "--language", word, "x")
        #expect(ended.status == 64)
        #expect(ended.messages.contains(advice), "\(ended.messages)")
    }

    @Test("codes that exist pass, in capitals too, and with a region where CLD2 tells it")
    func knownLanguages() throws {
        #expect(try LanguageCode("DE", toldBy: .builtIn).code == "de")
        #expect(try LanguageCode("zh-Hant", toldBy: .cld2).code == "zh-Hant")
        #expect(try LanguageCode("iw", toldBy: .cld2).code == "iw")
        #expect(throws: UsageError.self) { try LanguageCode("") }
        #expect(throws: UsageError.self) { try LanguageCode("e") }
    }
}
