/// Learns a byte-level byte-pair vocabulary from texts (Sennrich et al. 2016; Radford et al. 2019).
///
/// Every digit is a token of its own, and any text can be written, because the 256 bytes are tokens. The same texts give the same
/// vocabulary, in whatever order they come: the commonest pair merges first, among equals the one with the lower ids. Memory grows with the
/// number of different words, about 200 bytes a word.
public struct TokenizerTrainer: Sendable {
    /// The special tokens that a new vocabulary begins with: end of text, the three roles and the end of a turn.
    public static let specialTokens = ["<|endoftext|>", "<|system|>", "<|user|>", "<|assistant|>", "<|end|>"]

    /// The size of the vocabulary, special tokens and bytes included.
    public let vocabularySize: Int
    public let specialTokens: [String]
    /// How many bytes of text have been seen.
    public private(set) var byteCount = 0

    private let splitter = WordSplitter.llama3(digits: 1)
    private var words = ByteTable(capacity: 1 << 16)
    private var counts: [Int] = []
    private var ends: [Int] = []

    /// Longer words are no language but data, and would slow every merge; they are not learnt from.
    static let longestWord = 96

    /// - Throws: `TokenizationError.training` when the size leaves no room for the bytes and the special tokens.
    public init(vocabularySize: Int = 8192, specialTokens: [String] = Self.specialTokens) throws {
        let least = 256 + specialTokens.count
        guard (least...1 << 20).contains(vocabularySize) else {
            throw TokenizationError.training(
                problem:
                    "a vocabulary of \(vocabularySize) is not possible; the bytes and special tokens alone need \(least), and 1048576 is the most"
            )
        }
        guard Set(specialTokens).count == specialTokens.count, specialTokens.allSatisfy({ $0.utf8.count > 1 }) else {
            throw TokenizationError.training(problem: "special tokens must be different and longer than a byte")
        }
        self.vocabularySize = vocabularySize
        self.specialTokens = specialTokens
    }

    /// Counts the words of a text.
    public mutating func add(_ text: String) {
        let bytes = Array(text.utf8)
        byteCount += bytes.count
        ends.removeAll(keepingCapacity: true)
        splitter.split(bytes.span, 0..<bytes.count, into: &ends)
        var start = 0
        for end in ends {
            defer { start = end }
            guard end - start <= Self.longestWord else { continue }
            let index = words.find(bytes.span, start..<end)
            if index >= 0 {
                counts[index] += 1
            } else {
                words.append(bytes.span, start..<end)
                counts.append(1)
            }
        }
    }

    /// Learns the merges and gives the tokenizer, with the plain chat template.
    /// - Parameter progress: is told the number of tokens so far, now and then.
    /// - Throws: `TokenizationError.training` when no text was given.
    public func train(progress: (Int) -> Void = { _ in }) throws -> Tokenizer {
        guard byteCount > 0 else {
            throw TokenizationError.training(problem: "there was no text; give files with a text field or .txt files")
        }
        var learner = PairLearner(firstByte: specialTokens.count)
        for index in 0..<words.count { learner.add(words.bytes(index), count: counts[index]) }
        learner.prepare()
        var tokens = specialTokens.map { Array($0.utf8) } + (0..<256).map { [UInt8($0)] }
        var indexOf = Dictionary(uniqueKeysWithValues: tokens.enumerated().map { ($1, Int32($0)) })
        var merges: [(Int32, Int32)] = []
        while tokens.count < vocabularySize, let (left, right) = learner.best() {
            let token = tokens[Int(left)] + tokens[Int(right)]
            let known = indexOf[token]
            if let known, known < specialTokens.count {
                learner.forget(left, right)
                continue
            }
            // Two pairs can spell the same token; the second merge adds no token.
            let id = known ?? Int32(tokens.count)
            if known == nil {
                indexOf[token] = id
                tokens.append(token)
                if tokens.count % 256 == 0 { progress(tokens.count) }
            }
            merges.append((left, right))
            learner.merge(left, right, into: id)
        }
        var tokenizer = try Tokenizer(json: json(tokens, merges), settings: settings())
        tokenizer.chatTemplate = .plain(for: tokenizer)
        return tokenizer
    }

    private func settings() -> TokenizerSettings {
        var settings = TokenizerSettings()
        settings.endToken = specialTokens.first
        settings.padToken = specialTokens.first
        settings.isPresent = true
        return settings
    }

    private func json(_ tokens: [[UInt8]], _ merges: [(Int32, Int32)]) -> [UInt8] {
        var text = TokenizerWriter()
        for (id, token) in specialTokens.enumerated() { text.added.append(AddedToken(id: Int32(id), content: token)) }
        text.isByteLevel(splittingBy: splitter.pattern)
        text.vocabulary = tokens.enumerated().map {
            $0 < specialTokens.count ? String(decoding: $1, as: UTF8.self) : ByteAlphabet.token($1)
        }
        text.merges = merges.map { (Int($0), Int($1)) }
        return text.json
    }
}
