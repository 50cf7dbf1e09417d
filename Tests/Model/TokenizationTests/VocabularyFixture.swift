import Foundation

/// The texts and tokens that lie beside a llama.cpp vocabulary.
struct VocabularyFixture {
    let cases: [(text: String, tokens: [Int32])]

    init(_ place: URL) throws {
        let texts = try String(contentsOf: URL(filePath: place.path + ".inp"), encoding: .utf8).components(
            separatedBy: "\n__ggml_vocab_test__\n")
        let lines = try String(contentsOf: URL(filePath: place.path + ".out"), encoding: .utf8).components(separatedBy: "\n")
        cases = zip(texts, lines).map { text, line in (text, line.split(separator: " ").compactMap { Int32($0) }) }
    }
}
