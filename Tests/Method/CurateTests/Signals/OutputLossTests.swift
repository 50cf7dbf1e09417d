import LanguageModels
import TestSupport
import Testing

@testable import Curate

@Suite struct OutputLossTests {
    @Test("both losses are of the same text: one that is cut behind the longer instruction is cut behind the empty one too")
    func sameText() async throws {
        // A token costs as many tenths of a nat as the text has words.
        let model = ScriptedModel(contextLength: 40, nats: { said, _ in -Double(said.split(separator: " ").count) / 10 })
        let output = "One two three four. Five six seven eight. Nine ten eleven twelve."
        let instruction = "Count up to twelve, please."
        let told = try await OutputLoss.behind(instruction, room: instruction, of: output, in: model)
        let alone = try await OutputLoss.behind("", room: instruction, of: output, in: model)
        #expect(told == alone && abs(told - 0.8) < 1e-9)
    }

    @Test("the difficulty is the ratio; the hardest pair is the one whose instruction helps least without misleading")
    func difficulty() {
        #expect(InstructionFollowingDifficulty.ratio(told: 2, alone: 4) == 0.5)
        #expect(InstructionFollowingDifficulty.ratio(told: 2, alone: 0) == nil)
        let ranked = [0.2, 0.9, 1, 1.01, 3].sorted { InstructionFollowingDifficulty.merit($0) > InstructionFollowingDifficulty.merit($1) }
        #expect(ranked == [1, 0.9, 0.2, 1.01, 3])
    }
}
