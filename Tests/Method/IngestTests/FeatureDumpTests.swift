import Foundation
import Ground
import Testing

@testable import Ingest
@testable import Records

/// Not a test: writes what examples/train-extractor/train_extractor.py trains on, where HUMPBACK_FEATURES names a folder for it.
@Suite struct FeatureDump {
    private static let environment = ProcessInfo.processInfo.environment

    @Test(
        "writes blocks and features of the marked pages",
        .enabled(if: environment["HUMPBACK_FEATURES"] != nil && environment["HUMPBACK_PAGES"] != nil, "only for training the extractor"))
    func dump() throws {
        let pages = try #require(FeatureDump.environment["HUMPBACK_PAGES"])
        let output = try #require(FeatureDump.environment["HUMPBACK_FEATURES"])
        try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
        try write(Data(BlockFeatures.names.joined(separator: "\n").utf8), to: "\(output)/names")
        for set in ["article-extraction-benchmark", "wcxb", "trafilatura"] {
            var (lines, table) = (Data(), Data())
            var source = try PageSource(paths: ["\(pages)/\(set)/html"])
            while let page = try source.nextPage() {
                let tree = HTMLParser.parse(Charset.utf8(page.body, declared: nil))
                let blocks = BlockCollector.blocks(of: tree)
                let features = BlockFeatures(blocks, in: tree, hints: PageHints(tree))
                var rows = [Float]()
                for block in blocks.blocks.indices {
                    for feature in BlockFeatures.names.indices { rows.append(features.table[feature, block]) }
                }
                rows.withUnsafeBytes { table.append(contentsOf: $0) }
                let line = JSONObject([
                    ("page", .string(URL(filePath: page.source.file).lastPathComponent)),
                    ("blocks", .array(blocks.blocks.map { .string(blocks.string(of: $0)) })),
                ])
                lines.append(Data(line.serialized.utf8))
                lines.append(10)
            }
            try write(lines, to: "\(output)/\(set).blocks.jsonl")
            try write(table, to: "\(output)/\(set).features")
        }
    }

    private func write(_ data: Data, to path: String) throws { try data.write(to: URL(filePath: path)) }
}
