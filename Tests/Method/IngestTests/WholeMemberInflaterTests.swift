import Foundation
import Ground
import TestSupport
import Testing

@testable import Ingest
@testable import Records

@Suite struct WholeMemberInflaterTests {
    @Test("unpacks a member at once, and says where it cannot")
    func outcomes() throws {
        let inflater = WholeMemberInflater()
        let text = Array(Pages.prose(1, characters: 5000).utf8)
        let member = try GzipMember.pack(text)
        var output = [UInt8](repeating: 0, count: 10_000)
        #expect(
            inflater.unpack(member + member, 0..<2 * member.count, into: &output, from: 7) == .whole(taken: member.count, given: text.count)
        )
        #expect(Array(output[7..<7 + text.count]) == text)
        #expect(inflater.unpack(member, 0..<member.count - 1, into: &output, from: 0) == .notWhole)
        #expect(inflater.unpack(member, 0..<member.count, into: &output, from: 6000) == .noRoom)
        var damaged = member
        damaged[member.count - 6] ^= 1
        #expect(inflater.unpack(damaged, 0..<damaged.count, into: &output, from: 0) == .notWhole)
    }

    @Test("a stream of members of all sizes comes out as it went in, empty and very large ones among them")
    func stream() async throws {
        var random = KeyedRandom(seed: 3, key: "members")
        let parts = [0, 1, 900, 70_000, 0, 300_000, 6_000_000, 20, 2_500_000, 5].map { count in
            (0..<count).map { _ in UInt8(truncatingIfNeeded: 97 + random.next() % 7) }
        }
        try await withTemporaryDirectory { folder in
            let path = folder.appending(path: "a.gz").path
            try Data(try parts.flatMap { try GzipMember.pack($0) }).write(to: URL(filePath: path))
            let stream = try UnpackedStream(FileBytes(path))
            var found: [UInt8] = []
            while try stream.ensure(1) {
                found += stream.slice(0..<stream.available)
                try stream.skip(stream.available)
            }
            #expect(found == parts.flatMap { $0 } && stream.fault == nil)
        }
    }
}
