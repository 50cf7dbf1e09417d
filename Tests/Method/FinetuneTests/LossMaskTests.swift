import Ground
import Records
import Stages
import Testing

@testable import Finetune
@testable import Tokenization

@Suite struct LossMaskTests {
    private func reader(vocabularySize: Int = .max, allTurns: Bool, roles: [ModelRole] = [.forward]) throws -> LossMaskReader {
        var trainer = try TokenizerTrainer(vocabularySize: 300)
        trainer.add("Right answer, wrong answer.")
        let tokenizer = try trainer.train()
        let encoder = RowEncoder(
            tokenizer: tokenizer, template: .plain(for: tokenizer), contextLength: 512, vocabularySize: vocabularySize)
        return LossMaskReader(encoder: encoder, roles: roles, learnsAllTurns: allTurns)
    }

    private func record(_ first: String, _ second: String) throws -> InputRecord {
        let text =
            #"{"messages":[{"role":"user","content":"A?"},{"role":"assistant","content":"Wrong answer"\#(first)},"#
            + #"{"role":"user","content":"C?"},{"role":"assistant","content":"Right answer"\#(second)}]}"#
        return InputRecord(try JSONObject(parsing: text), place: SourcePlace(file: "chats.jsonl", line: 1))
    }

    private func learned(_ reader: LossMaskReader, _ record: InputRecord) throws -> [String] {
        try reader.masks(of: record).flatMap { $0.spans.filter(\.isLearned).map(\.text) }
    }

    @Test("an answer of the weight 0 is shown and not learned, be it the first or a later one")
    func weights() throws {
        let all = try reader(allTurns: true)
        #expect(try learned(all, record("", "")) == ["Wrong answer<|end|>", "Right answer<|end|>"])
        #expect(try learned(all, record(#","weight":0"#, #","weight":1"#)) == ["Right answer<|end|>"])
        #expect(try learned(all, record("", #","weight":0"#)) == ["Wrong answer<|end|>"])
        let first = try reader(allTurns: false)
        #expect(throws: Rejection.self) { try first.masks(of: record(#","weight":0"#, "")) }
        #expect(throws: Rejection.self) { try all.masks(of: record(#","weight":0"#, #","weight":0"#)) }
        // A backward model would learn to ask for it.
        let backward = try reader(allTurns: true, roles: [.backward])
        #expect(throws: Rejection.self) { try backward.masks(of: record(#","weight":0"#, "")) }
    }

    @Test("a conversation with a tool's turn is refused where all of it is to be learned")
    func tools() throws {
        let call = #","tool_calls":[{"function":{"name":"f","arguments":"{}"}}]"#
        let refused = #expect(throws: Rejection.self) { try reader(allTurns: true).masks(of: record("", call)) }
        #expect(refused?.reason == "tool_turn")
        #expect(try learned(reader(allTurns: false), record("", call)) == ["Wrong answer<|end|>"])
    }

    @Test("a token that the model has no row for is an error, not a trap in training")
    func otherVocabulary() throws {
        let narrow = try reader(vocabularySize: 64, allTurns: false)
        let error = #expect(throws: FinetuneError.self) { try narrow.masks(of: record("", "")) }
        #expect(error.map { "\($0)" }?.contains("only 64 rows") == true)
    }
}
