import Foundation
import Tensors
import TestSupport
import Testing

@testable import Formats
import Transformer

@Suite struct Llama2CModelTests {
    private let stories = SharedData.directory?.appending(path: "stories260K/stories260K.bin")

    @Test("reads real weights that continue a story", .enabled(if: SharedData.isPresent, "needs ../shared/data"))
    func stories260K() throws {
        let parameters = try Llama2CModel.read(#require(stories))
        #expect(parameters.count == 260_032)
        #expect(parameters.configuration.tiesEmbeddings)
        // "Once upon a time" in this file's tokenizer; the reference program goes on with ", there was".
        let tokens: [Int32] = [1, 403, 407, 261, 378]
        let network = TransformerNetwork(parameters: parameters, compute: Compute(pool: ThreadPool(threads: 1)))
        let log = network.logProbabilities(
            tokens: tokens, sequenceLengths: [5], targets: .init(rows: [0, 1, 2, 3], ids: [403, 407, 261, 378]))
        #expect(log.allSatisfy { $0 > -1.5 }, "\(log)")
    }

    @Test("writes the file it read, byte for byte but for the last digits of the rotary tables", .enabled(if: SharedData.isPresent))
    func roundTrip() async throws {
        let source = try #require(stories)
        try await withTemporaryDirectory { folder in
            let copy = folder.appending(path: "copy.bin")
            try Llama2CModel.write(Llama2CModel.read(source), to: copy)
            let (ours, theirs) = (try Data(contentsOf: copy), try Data(contentsOf: source))
            let tables = theirs.count - 4 * 512 * 8
            #expect(ours.count == theirs.count)
            #expect(ours[..<tables] == theirs[..<tables])
        }
    }

    @Test("a model goes out and comes back, with a head of its own or without", arguments: [true, false])
    func outAndBack(ties: Bool) async throws {
        let configuration = TransformerConfiguration(
            vocabularySize: 10, hiddenSize: 12, intermediateSize: 6, layerCount: 2, headCount: 3, keyValueHeadCount: 1, contextLength: 8,
            tiesEmbeddings: ties)
        let parameters = Parameters<Float>(random: configuration, seed: 1)
        try await withTemporaryDirectory { folder in
            let file = folder.appending(path: "model.bin")
            try Llama2CModel.write(parameters, to: file)
            let again = try Llama2CModel.read(file)
            #expect(again.named.map(\.tensor.array) == parameters.named.map(\.tensor.array))
            #expect(again.configuration.endTokenIDs == [1, 2])

            let whole = try Data(contentsOf: file)
            for length in [0, 27, 28, whole.count - 1] {
                try whole.prefix(length).write(to: file)
                #expect(throws: ModelError.self) { try Llama2CModel.read(file) }
            }
            var lie = whole
            lie[16] = 0xFF  // a negative vocabulary, heads that do not divide: whatever it becomes, it must not be believed
            lie[17] = 0xFF
            try lie.write(to: file)
            #expect(throws: ModelError.self) { try Llama2CModel.read(file) }
        }
    }

    @Test("refuses to write what the format cannot say")
    func refuses() async throws {
        let parameters: Parameters<Float> = try ModelFolder(
            directory: SharedData.projectRoot.appending(path: "Tests/Model/TransformerTests/Goldens/tied")
        ).loadParameters()
        try await withTemporaryDirectory { folder in
            _ = #expect(throws: ModelError.self) { try Llama2CModel.write(parameters, to: folder.appending(path: "model.bin")) }
        }
    }
}
