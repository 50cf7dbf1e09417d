import Foundation
import LanguageModels
import Records
import TestSupport
import Testing

@testable import Augment

struct InstructionGuardTests {
    private let guarding = InstructionGuard(prompt: BackwardPrompt(for: ScriptedModel().card))

    @Test(
        "what is no instruction is refused with a reason of its own",
        arguments: [
            ("I'm sorry, but I cannot help with that.", "instruction_refuses"),
            ("As an AI language model, I have no opinion on dams.", "instruction_refuses"),
            ("Please provide the text you would like me to read.", "instruction_refuses"),
            ("A dam is a wall across a river that holds the water back.", "instruction_answers"),
            ("The text says how dams hold back water.", "instruction_answers"),
            ("Write the question or instruction that it answers.", "instruction_leaks_prompt"),
            ("How does sourdough bread rise without yeast?", "instruction_leaks_prompt"),
        ])
    func refused(said: String, reason: String) {
        #expect(guarding.rejection(of: said, output: "A wall across a river.")?.reason == reason)
    }

    @Test(
        "instructions in the words of people pass",
        arguments: [
            "What is a dam?", "Explain to me how a dam holds water.", "I want to build a dam. Where do I start?", "dams in Europe",
            "A dam broke in my village; write a letter to the mayor.", "Is a weir a dam?", "Name the largest dam of the world",
            "The largest dams of the world, please list them.", "How do sourdough and yeast bread differ?",
        ])
    func passes(said: String) {
        #expect(guarding.rejection(of: said, output: "A wall across a river.") == nil)
    }

    @Test(
        "of a thousand instructions that people wrote it refuses less than one in fifty",
        .enabled(if: SharedData.isPresent, "needs ../shared/data"))
    func people() throws {
        let directory = try #require(SharedData.directory)
        let rows = try RecordSource.readAll([directory.appending(path: "seeds/dolly.jsonl.gz").path]).lazy.map(\.object)
            .filter { $0["context"]?.string?.isEmpty != false }.prefix(1000)
        let refused = rows.compactMap { row in
            row["instruction"]?.string.flatMap { said in
                guarding.rejection(of: said, output: row["response"]?.string ?? "").map { (said, $0) }
            }
        }
        #expect(rows.count == 1000)
        #expect(refused.count < 20, "\(refused.prefix(30))")
    }
}
