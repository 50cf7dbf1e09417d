import Foundation
import Ground

@testable import Tokenization

/// A tokenizer and what the reference library does with texts, made by make_goldens.py.
struct Golden {
    struct Case {
        let text: String
        let plain: [Int32]
        let parsed: [Int32]
        let decoded: String
        let skipped: String
    }

    let tokenizer: Tokenizer
    let cases: [Case]

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Goldens")

    init(_ name: String) throws {
        let root = try JSONNode(parsing: Array(try Data(contentsOf: Self.folder.appending(path: "\(name).json"))))
        var cases: [Case] = []
        for node in root["cases"]?.array ?? [] {
            func tokens(_ name: String) -> [Int32] { (node[name]?.array ?? []).compactMap { $0.integer.map(Int32.init) } }
            cases.append(
                Case(
                    text: node["text"]?.string ?? "", plain: tokens("plain"), parsed: tokens("parsed"),
                    decoded: node["decoded"]?.string ?? "",
                    skipped: node["skipped"]?.string ?? ""))
        }
        self.cases = cases
        if let parts = root["tokenizer"] {
            tokenizer = try Tokenizer(json: JSONText(parts).bytes)
        } else {
            tokenizer = try Tokenizer(sentencePiece: Self.folder.appending(path: "\(name).model"))
        }
    }
}
