import Foundation
import Ground
import Records

/// What a file or a model folder holds, in a few digits: the same for the same bytes, wherever and whenever they were written.
struct ContentIdentity: Sendable, Equatable {
    /// Names, sizes and times; where they are the same, the bytes are not read again.
    let stamp: String
    /// A hash of the bytes. Of a folder: of the files in it, without those that say when and how fast it was made.
    let content: String

    init(stamp: String, content: String) {
        self.stamp = stamp
        self.content = content
    }

    /// Reads what stands at the place, unless `known` has its stamp.
    init(of place: URL, known: ContentIdentity? = nil) throws {
        let files = try Self.files(of: place)
        let stamp = RecordID.make(files.map(\.stamp))
        if let known, known.stamp == stamp {
            self = known
            return
        }
        var parts: [String] = []
        for file in files { parts += [file.name, try Self.hash(of: file.place)] }
        self.init(stamp: stamp, content: RecordID.make(parts))
    }

    private struct File {
        var name: String
        var place: URL
        var stamp: String
    }

    /// The file, or the files of the folder but those in folders inside of it.
    private static func files(of place: URL) throws -> [File] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: place.path, isDirectory: &isFolder) else {
            throw FileError.cannotOpen(file: place.path, reason: "there is no such file or folder")
        }
        guard isFolder.boolValue else { return [try file("", at: place)].compactMap(\.self) }
        let names = try FileManager.default.contentsOfDirectory(atPath: place.path).sorted()
        return try names.filter { !$0.hasPrefix(".") && !isExempt($0) }.compactMap { try file($0, at: place.appending(path: $0)) }
    }

    /// Metrics hold times, and packed weights are made of the others at any moment.
    private static func isExempt(_ name: String) -> Bool { name == "metrics.jsonl" || name.contains("packed-cache") }

    private static func file(_ name: String, at place: URL) throws -> File? {
        let attributes = try FileManager.default.attributesOfItem(atPath: place.resolvingSymlinksInPath().path)
        guard attributes[.type] as? FileAttributeType == .typeRegular else { return nil }
        let changed = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
        let size = attributes[.size] as? Int ?? 0
        return File(name: name, place: place, stamp: "\(name) \(size) \(changed)")
    }

    private static func hash(of file: URL) throws -> String {
        let handle = try FileHandle(forReadingFrom: file)
        defer { try? handle.close() }
        var hash: UInt64 = 0
        while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty { hash = stableHash64([UInt8](piece), seed: hash) }
        return String(hash, radix: 16)
    }
}

extension ContentIdentity {
    var object: JSONObject { ["stamp": .string(stamp), "content": .string(content)] }

    init?(_ object: JSONObject) {
        guard let stamp = object["stamp"]?.string, let content = object["content"]?.string else { return nil }
        self.init(stamp: stamp, content: content)
    }
}
