import Foundation
import TestSupport
import Testing
import Tokenization
import Transformer

@testable import Finetune

@Suite struct PretrainerTests {
    @Test("a context longer than the shape's positions is refused before anything is read, with both numbers", arguments: [1, 8, 63])
    func contextAboveShape(positions: Int) async throws {
        var trainer = try TokenizerTrainer(vocabularySize: 300)
        trainer.add("A bridge was built.")
        let shape = ModelShape(
            name: "toy",
            configuration: TransformerConfiguration(
                vocabularySize: 300, hiddenSize: 16, intermediateSize: 16, layerCount: 1, headCount: 2, keyValueHeadCount: 1,
                contextLength: positions))
        let tokenizer = try trainer.train()
        try await withTemporaryDirectory { place in
            let pretrainer = Pretrainer(
                start: .shape(shape, tokenizer: tokenizer), output: place.appending(path: "out"), steps: 1, batch: 1, context: 64,
                threads: 1)
            let error = await #expect(throws: FinetuneError.self) {
                try await pretrainer.run(documents: [.text("A bridge was built.")], note: { _ in }, progress: { _ in })
            }
            #expect(error.map { "\($0)" }?.contains("`--context 64` is more than the \(positions) positions") == true)
        }
    }
}
