import Foundation
import Tensors
import TestSupport
import Testing
import Transformer

@testable import Inference

@Suite struct PackedCacheTests {
    private let compute = Compute(pool: ThreadPool(threads: 2))

    private func folder(_ place: URL, storage: StorageFormat = .bfloat16) throws -> ModelFolder {
        try ModelFolder.save(Toy.parameters, as: storage, files: ["tokenizer.json": Data("{}".utf8)], to: place.appending(path: "model"))
    }

    private func open(_ folder: ModelFolder, _ cache: PackedCacheUse = .beside) throws -> (network: InferenceNetwork, fingerprint: String) {
        try InferenceNetwork.open(folder, precision: .int8, compute: compute, cache: cache, smallest: 0)
    }

    private func file(_ folder: ModelFolder) -> URL { folder.directory.appending(path: PackedCache.fileName) }

    private func logits(_ network: InferenceNetwork) -> [Float] {
        let tokens = Toy.tokens(20, seed: 3)
        let step = InferenceStep(network: network, tokenLimit: tokens.count)
        let cache = KVCache(network.configuration)
        cache.reserve(tokens.count, limit: tokens.count)
        let hidden = step.advance([SequenceRun(cache: cache, tokens: tokens, wanted: 0..<tokens.count)])
        return step.logits(hidden).array
    }

    private func bytes(_ network: InferenceNetwork) -> [[UInt8]] {
        network.packedMatrices.map { _, matrix in matrix.withBytes { [UInt8]($0) } }
    }

    @Test(
        "a model opened with its packed weights is the one packed anew, to the bit, however it is stored", arguments: StorageFormat.allCases
    )
    func roundTrip(storage: StorageFormat) async throws {
        try await withTemporaryDirectory { place in
            let folder = try folder(place, storage: storage)
            let plain = try open(folder, .never)
            #expect(!FileManager.default.fileExists(atPath: file(folder).path))
            let first = try open(folder)
            let packed = try #require(PackedCache(folder))
            let second = try open(folder)
            #expect(packed.fingerprint == plain.fingerprint && second.fingerprint == plain.fingerprint)
            #expect(bytes(plain.network).count == 22 && bytes(plain.network) == bytes(first.network))
            #expect(bytes(plain.network) == bytes(second.network))
            #expect(logits(plain.network) == logits(first.network) && logits(plain.network) == logits(second.network))
            let size = try #require(try file(folder).resourceValues(forKeys: [.fileSizeKey]).fileSize)
            // The matrices as they are in memory, where a toy's short rows are filled up to whole blocks, and a table.
            #expect(size < bytes(plain.network).reduce(0) { $0 + $1.count } + 32_768)
        }
    }

    @Test("what does not hold for the model as it is now is passed over and replaced")
    func stale() async throws {
        try await withTemporaryDirectory { place in
            var folder = try folder(place)
            let old = try open(folder)
            let other = Parameters<Float>(random: Toy.configuration, seed: 12)
            folder = try ModelFolder.save(
                other, as: .bfloat16, files: ["tokenizer.json": Data("{}".utf8)], replacing: true, to: folder.directory)
            let stale = try Data(
                contentsOf: {
                    _ = try open(folder)
                    return file(folder)
                }())
            // The same sizes, another content and time.
            let fresh = try open(folder)
            #expect(fresh.fingerprint != old.fingerprint && logits(fresh.network) != logits(old.network))
            try Data("{ }".utf8).write(to: folder.directory.appending(path: "tokenizer.json"))
            #expect(PackedCache(folder) == nil)
            let renewed = try open(folder)
            #expect(renewed.fingerprint == (try folder.fingerprint()) && renewed.fingerprint != fresh.fingerprint)
            #expect(PackedCache(folder) != nil)
            // An old file put back.
            try stale.write(to: file(folder))
            #expect(PackedCache(folder) == nil)
        }
    }

    @Test("a broken file changes nothing but the time")
    func broken() async throws {
        try await withTemporaryDirectory { place in
            let folder = try folder(place)
            let expected = logits(try open(folder).network)
            let whole = try Data(contentsOf: file(folder))
            for cut in [0, 1, 20, 60, 100, 4000, whole.count / 2, whole.count - 1] {
                try whole.prefix(cut).write(to: file(folder))
                #expect(logits(try open(folder).network) == expected, "cut to \(cut)")
                #expect(try Data(contentsOf: file(folder)).count == whole.count, "cut to \(cut)")
            }
            for place in [3, 18, 26, 30, 70, 300, 9000, whole.count - 4000] {
                var changed = whole
                changed[place] ^= 0x10
                try changed.write(to: file(folder))
                #expect(logits(try open(folder).network) == expected, "bit at \(place)")
            }
            try (whole + Data([0])).write(to: file(folder))
            #expect(PackedCache(folder) == nil)
        }
    }

    @Test("nothing is written for float32, for a small model, or where it may not be")
    func unwritten() async throws {
        try await withTemporaryDirectory { place in
            let folder = try folder(place)
            _ = try InferenceNetwork.open(folder, precision: .float32, compute: compute, cache: .beside, smallest: 0)
            _ = try InferenceNetwork.open(folder, precision: .int8, compute: compute, cache: .beside)
            #expect(!FileManager.default.fileExists(atPath: file(folder).path))
            // A folder in the way stands for one that may not be written, which root always may.
            try FileManager.default.createDirectory(
                at: folder.directory.appending(path: PackedCache.fileName + ".part"), withIntermediateDirectories: false)
            _ = try open(folder)
            #expect(!FileManager.default.fileExists(atPath: file(folder).path))
        }
    }

    @Test("the environment forbids it as the option does")
    func forbidden() {
        #expect(PackedCacheUse(isForbidden: true) == .never)
    }
}
