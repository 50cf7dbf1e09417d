/// The longest beginning of a text that ends with a sentence and still fits, found by halving: about log2(sentences) candidates are tried.
///
/// ```
/// var cut = SentenceCut(of: text)
/// while let candidate = cut.candidate { cut.note(try count(candidate) <= limit) }
/// ```
public struct SentenceCut: Sendable {
    private let text: String
    private let ends: [Int]
    private var fits = 0
    private var fails: Int

    public init(of text: String) {
        self.text = text
        ends = Sentences.ends(in: text)
        fails = ends.count
    }

    /// The next beginning to try; nil when the longest is known.
    public var candidate: String? { fits < fails ? beginning((fits + fails) / 2) : nil }

    /// Says whether the candidate fits.
    public mutating func note(_ doesFit: Bool) {
        let middle = (fits + fails) / 2
        if doesFit { fits = middle + 1 } else { fails = middle }
    }

    /// The longest that fits; nil where not even the first sentence does.
    public var longest: String? { fits > 0 ? beginning(fits - 1) : nil }

    private func beginning(_ sentence: Int) -> String { String(decoding: text.utf8.prefix(ends[sentence]), as: UTF8.self) }
}
