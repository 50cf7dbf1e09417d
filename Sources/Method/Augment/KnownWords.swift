import Foundation
import Records

/// The words that a small model may use in a request beside those of the passage.
///
/// A model of some million parameters spells rare names by the syllable and goes wrong in the middle ("Koroastrianism" for
/// Zoroastrianism); such a word stands neither in the passage nor among the words that the model has read often. Of requests by people
/// (Dolly, with the 34,000 words that calf has read twenty times) one in twenty holds a word of neither kind, of calf's own one in eight.
public struct KnownWords: Sendable, Equatable, CustomStringConvertible {
    /// The file of a model folder that holds the model's words.
    public static let fileName = "words.txt"

    private let words: Set<String>
    /// Changes with the words.
    public let fingerprint: String
    public var description: String { fingerprint }

    /// - Parameter text: words in small letters, separated by white space.
    public init(_ text: String) {
        let list = text.split(whereSeparator: \.isWhitespace).map(String.init)
        words = Set(list)
        fingerprint = RecordID.make(list)
    }

    /// Reads a list.
    public init(file: URL) throws {
        guard let bytes = FileManager.default.contents(atPath: file.path) else {
            throw RecordsError.cannotOpen(
                file: file.relativePath, reason: "there is no readable list of words; `--words none` lets requests use any word")
        }
        self.init(String(decoding: bytes, as: UTF8.self))
    }

    /// The list that stands in a model's folder, if there is one.
    public init?(ofModel folder: URL) throws {
        let file = folder.appending(path: Self.fileName)
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        try self.init(file: file)
    }

    /// The first of the request's words that is neither known nor the text's, be it with an s more or less. Numbers and single letters
    /// pass. All words are in small letters.
    func stranger(in request: [Substring], beside text: [Substring]) -> String? {
        let own = Set(text)
        func isThere(_ word: Substring) -> Bool { own.contains(word) || words.contains(String(word)) }
        let stranger = request.first { word in
            guard word.count > 1, word.allSatisfy(\.isLetter) else { return false }
            return !isThere(word) && !own.contains(word + "s") && !(word.last == "s" && own.contains(word.dropLast()))
        }
        return stranger.map(String.init)
    }
}
