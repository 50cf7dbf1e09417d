import Foundation

extension ModelFolder {
    /// The licence that the folder states: in humpback.json's notes, in the head of its README.md, or by the first line of its LICENSE.
    public var licence: String? {
        if let noted = notes.notes["licence"] { return noted }
        if let head = text("README.md"), head.hasPrefix("---") {
            for line in head.split(separator: "\n").dropFirst().prefix(while: { !$0.hasPrefix("---") }) where line.hasPrefix("license:") {
                return line.dropFirst("license:".count).trimmingCharacters(in: .whitespaces)
            }
        }
        let lines = (text("LICENSE") ?? text("LICENSE.txt") ?? text("LICENSE.md"))?.split(separator: "\n") ?? []
        return lines.lazy.map { $0.trimmingCharacters(in: .whitespaces) }.first { !$0.isEmpty }
    }

    /// The first of a small file.
    private func text(_ name: String) -> String? {
        guard let file = FileHandle(forReadingAtPath: directory.appending(path: name).path) else { return nil }
        defer { try? file.close() }
        return (try? file.read(upToCount: 1 << 16)).map { String(decoding: $0, as: UTF8.self) }
    }
}
