import Foundation
import TestSupport
import Testing
import Transformer

/// A tiny model that transformers saved, and what it computed with it; see Goldens/make_goldens.py.
struct Golden: Sendable, CustomTestStringConvertible {
    struct Input: Decodable {
        let lengths: [Int]
        let tokens: [Int32]
        let next: [Int32]
        let isTarget: [Bool]
        /// What the model continues the first sequence with.
        let greedy: [Int32]

        enum CodingKeys: String, CodingKey {
            case lengths, tokens, next, greedy
            case isTarget = "is_target"
        }

        var targets: (rows: [Int32], ids: [Int32]) {
            let rows = isTarget.indices.filter { isTarget[$0] }
            return (rows.map { Int32($0) }, rows.map { next[$0] })
        }
    }

    let name: String
    static let all = ["untied", "tied", "llama_bias", "mistral", "qwen2", "qwen3", "smollm3", "gemma2", "gemma3"].map { Golden(name: $0) }
    static let directory = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Goldens")

    var testDescription: String { name }
    var folder: URL { Self.directory.appending(path: name) }

    func input() throws -> Input {
        try JSONDecoder().decode(Input.self, from: Data(contentsOf: Self.directory.appending(path: "\(name).input.json")))
    }

    func expected(_ tensor: String) throws -> [Float] {
        let file = try SafetensorsFile(url: Self.directory.appending(path: "\(name).expected.safetensors"))
        guard let entry = file.entry(tensor) else { return [] }
        return file.withBytes(of: entry) { bytes in
            (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
        }
    }
}
