import Foundation
import Testing

@testable import Ingest

/// Not a test: times the reading of the archive that HUMPBACK_WARC names, for examples/benchmarks/warc_speed.py.
@Suite struct ReadingSpeed {
    private static let archive = ProcessInfo.processInfo.environment["HUMPBACK_WARC"]

    @Test("reads every record of an archive with its bytes", .enabled(if: archive != nil, "only for measuring"))
    func reading() throws {
        let path = try #require(ReadingSpeed.archive)
        for _ in 0..<5 {
            let start = ContinuousClock.now
            let reader = try WARCReader(path: path, longestBlock: 100_000_000)
            var (records, bytes) = (0, 0)
            while let item = try reader.next() {
                guard case .record(let record) = item else { continue }
                records += 1
                bytes += record.block.count
            }
            let time = ContinuousClock.now - start
            print("warc \(records) \(bytes) \(Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18)")
        }
    }
}
