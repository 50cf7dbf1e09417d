import Testing

@testable import Training

@Suite("MicroBatch") struct MicroBatchTests {
    @Test("lays sequences end to end in their order within the budget, with the rows that predict")
    func packs() {
        let examples = [
            TrainingExample(prompt: [1, 2], completion: [3, 4]), TrainingExample(text: [5, 6]), TrainingExample(text: [7, 8, 9]),
        ]
        let batches = MicroBatch.pack(examples, tokenBudget: 5)
        #expect(batches.count == 2)
        #expect(batches[0].tokens == [1, 2, 3, 5] && batches[0].lengths == [3, 1])
        #expect(batches[0].targetRows == [1, 2, 3] && batches[0].targets == [3, 4, 6] && batches[0].targetCounts == [2, 1])
        #expect(batches[1].tokens == [7, 8] && batches[1].targets == [8, 9] && batches[1].firstToken == 4)
    }

    @Test("leaves out the tokens that all sequences begin with, and counts rows without them")
    func opening() throws {
        let examples = [TrainingExample(prompt: [1, 2, 3], completion: [4, 5]), TrainingExample(prompt: [1, 2, 6, 7], completion: [8])]
        let batch = try #require(MicroBatch.pack(examples, opening: 2, tokenBudget: 9).first)
        #expect(batch.tokens == [3, 4, 6, 7] && batch.lengths == [2, 2])
        #expect(batch.targetRows == [0, 1, 3] && batch.targets == [4, 5, 8] && batch.targetCounts == [2, 1])
    }

    @Test("gives a sequence over the budget a micro-batch of its own, and leaves out what has no target")
    func edges() {
        let long = TrainingExample(text: Array(0..<9))
        let silent = TrainingExample(tokens: [1, 2], isTarget: [true, false])
        let batches = MicroBatch.pack([silent, long, long], tokenBudget: 4)
        #expect(batches.map(\.tokens.count) == [8, 8])
        #expect(MicroBatch.pack([silent], tokenBudget: 4).isEmpty)
    }
}
