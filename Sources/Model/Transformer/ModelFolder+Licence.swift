import Foundation

extension ModelFolder {
    /// The licence that the folder states: in humpback.json's notes, in the head of its README.md, or by the first line of its LICENSE; of
    /// adapters that state none the base's.
    public var licence: String? {
        notes.licence ?? licence(of: directory) ?? (hasAdapters ? licence(of: weightsDirectory) : nil)
    }

    /// The files in which a model's makers state what may be done with it; they go where a model made from it goes.
    public static let licenceNames = ["LICENSE", "LICENSE.txt", "LICENSE.md", "NOTICE", "NOTICE.txt", "USE_POLICY.md"]

    /// Those of this folder, or for adapters of their base, by name.
    public var licenceFiles: [String: Data] {
        var files: [String: Data] = [:]
        for name in Self.licenceNames {
            files[name] = [directory, weightsDirectory].lazy.compactMap { Self.beginning(of: $0.appending(path: name)) }.first
        }
        return files
    }

    private func licence(of directory: URL) -> String? {
        func text(_ name: String) -> String? {
            Self.beginning(of: directory.appending(path: name)).map { String(decoding: $0, as: UTF8.self) }
        }
        if let head = text("README.md"), head.hasPrefix("---") {
            for line in head.split(separator: "\n").dropFirst().prefix(while: { !$0.hasPrefix("---") }) where line.hasPrefix("license:") {
                return line.dropFirst("license:".count).trimmingCharacters(in: .whitespaces)
            }
        }
        let lines = (text("LICENSE") ?? text("LICENSE.txt") ?? text("LICENSE.md"))?.split(separator: "\n") ?? []
        return lines.lazy.map { $0.trimmingCharacters(in: .whitespaces) }.first { !$0.isEmpty }
    }

    /// The first of a small file.
    private static func beginning(of place: URL) -> Data? {
        guard let file = FileHandle(forReadingAtPath: place.path) else { return nil }
        defer { try? file.close() }
        return try? file.read(upToCount: 1 << 16)
    }
}
