import Foundation

/// Where GGUF files are found, and how the parts of a split one are named: NAME-00001-of-00003.gguf.
public enum GGUFParts {
    /// The file that a path names: itself where it is a GGUF file, by its name or its first bytes, or the one model in a folder; nil where there is none.
    ///
    /// The parts of a split model count as one, by its first; the projectors of vision models (mmproj) as none.
    public static func file(at place: URL) throws(ContainerError) -> URL? {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: place.path, isDirectory: &isDirectory) else { return nil }
        guard isDirectory.boolValue else {
            return place.pathExtension.lowercased() == "gguf" || begins(place) ? place : nil
        }
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []).filter { name in
            name.lowercased().hasSuffix(".gguf") && !name.hasPrefix(".") && !name.lowercased().hasPrefix("mmproj")
        }
        let models = names.filter { number(of: $0).map { $0.number == 1 } ?? true }.sorted()
        if models.count > 1 { throw .severalModels(folder: place.path, names: models) }
        return models.first.map { place.appending(path: $0) }
    }

    /// Whether a file begins as GGUF does: stores of models keep such files without an ending.
    private static func begins(_ place: URL) -> Bool {
        guard let file = FileHandle(forReadingAtPath: place.path) else { return false }
        defer { try? file.close() }
        return (try? file.read(upToCount: 4)) == Data("GGUF".utf8)
    }

    /// The names of all parts, from that of one.
    static func names(of name: String, count: Int, path: String) throws(ContainerError) -> [String] {
        guard count <= 99_999 else { throw .malformed(path: path, reason: "it claims to be one of \(count) parts") }
        guard let (stem, _, stated) = number(of: name), stated == count else {
            throw .unsupported(
                path: path, option: "the file", found: "one of \(count) parts of a split model",
                advice: "The parts must lie in one folder under the names they were made with, such as NAME-00001-of-\(padded(count)).gguf."
            )
        }
        return (1...count).map { "\(stem)-\(padded($0))-of-\(padded(count)).gguf" }
    }

    private static func number(of name: String) -> (stem: String, number: Int, count: Int)? {
        guard let match = name.wholeMatch(of: /(.+)-([0-9]{5})-of-([0-9]{5})\.gguf/), let number = Int(match.2), let count = Int(match.3),
            number >= 1, number <= count
        else { return nil }
        return (String(match.1), number, count)
    }

    private static func padded(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }
}
