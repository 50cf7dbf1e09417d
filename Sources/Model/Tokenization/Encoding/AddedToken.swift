import Ground

/// A token that is looked for in the text itself, before anything else is done with it.
struct AddedToken: Sendable, Equatable {
    var id: Int32
    let content: String
    var isSpecial = true
    /// Whether it is looked for in the normalized text.
    var isNormalized = false
    /// Whether it must stand alone, not inside a word.
    var isSingleWord = false
    /// Whether it takes the white space to its left, and to its right.
    var stripsLeft = false
    var stripsRight = false

    init(id: Int32, content: String, isSpecial: Bool = true) {
        self.id = id
        self.content = content
        self.isSpecial = isSpecial
    }

    init(_ node: JSONNode, at index: Int) throws(TokenizationError) { try self.init(node, id: node["id"]?.integer, at: "\(index)") }

    init(_ node: JSONNode, id: Int?, at index: String) throws(TokenizationError) {
        guard let id, let content = node["content"]?.string else {
            throw .malformed(part: "added_tokens", problem: "entry \(index) has no id or no content")
        }
        guard id >= 0, id < 1 << 24 else {
            throw .malformed(part: "added_tokens", problem: "entry \(index), \(content), has the impossible id \(id)")
        }
        self.id = Int32(id)
        self.content = content
        isSpecial = node["special"]?.bool ?? false
        isNormalized = node["normalized"]?.bool ?? !isSpecial
        isSingleWord = node["single_word"]?.bool ?? false
        stripsLeft = node["lstrip"]?.bool ?? false
        stripsRight = node["rstrip"]?.bool ?? false
    }

    /// What it is looked for as and what it means, whatever its id: two tokens that share this are found in the same places of a text.
    var identity: [UInt8] {
        Array(content.utf8) + [isSpecial, isNormalized, isSingleWord, stripsLeft, stripsRight].map { $0 ? 1 : 0 }
    }

    /// Of tokens that stand beside a tokenizer's file those that the file does not list in the same way; of `named` ones, which only have
    /// a name, those that neither list at all.
    static func saying(more beside: [AddedToken], naming named: [AddedToken], than listed: [AddedToken]) -> [AddedToken] {
        // Bytes, not strings: to Swift, strings that Unicode calls equivalent are equal.
        var known = Dictionary(listed.map { (Array($0.content.utf8), $0) }) { _, last in last }
        var further: [AddedToken] = []
        for (token, isNamed) in beside.map({ ($0, false) }) + named.map({ ($0, true) }) {
            let content = Array(token.content.utf8)
            if let same = known[content], isNamed || same.identity == token.identity { continue }
            known[content] = token
            further.append(token)
        }
        return further
    }
}

extension [AddedToken] {
    /// The tokens under the ids that the reference gives them, whatever id they claim: the vocabulary's where it has the content, else the
    /// next behind the vocabulary and the tokens before. Of two with one content the later says how it is found.
    ///
    /// - Parameters:
    ///   - count: the tokens of the vocabulary.
    ///   - find: the id that the vocabulary has for a content.
    func placed(behind count: Int, find: ([UInt8]) -> Int32?) -> [AddedToken] {
        var placed: [AddedToken] = []
        var places: [[UInt8]: Int] = [:]
        var next = Int32(count)
        for var token in self where !token.content.isEmpty {
            let content = Array<UInt8>(token.content.utf8)
            if let place = places[content] {
                token.id = placed[place].id
                placed[place] = token
                continue
            }
            token.id = find(content) ?? next
            next = Swift.max(next, token.id + 1)
            places[content] = placed.count
            placed.append(token)
        }
        return placed
    }
}

/// Finds added tokens in a text: leftmost first, the longest where several begin.
struct AddedTokenFinder: Sendable {
    private var tokens: [AddedToken] = []
    private var patterns: [[UInt8]] = []
    /// For each first byte, the tokens that begin with it, longest first.
    private var candidates: [[Int]] = Array(repeating: [], count: 256)
    private var canBegin = [Bool](repeating: false, count: 256)

    var isEmpty: Bool { tokens.isEmpty }
    /// Whether special tokens are all there is to find.
    private var hasOnlySpecial = true

    /// - Parameter normalize: rewrites a token's text as the text that is searched has been rewritten.
    init(_ added: [AddedToken], normalize: ([UInt8]) -> [UInt8] = { $0 }) {
        for token in added {
            let pattern = normalize(Array(token.content.utf8))
            guard let first = pattern.first else { continue }
            candidates[Int(first)].append(tokens.count)
            canBegin[Int(first)] = true
            tokens.append(token)
            patterns.append(pattern)
            if !token.isSpecial { hasOnlySpecial = false }
        }
        for byte in 0..<256 where candidates[byte].count > 1 {
            candidates[byte].sort { (patterns[$0].count, $1) > (patterns[$1].count, $0) }
        }
    }

    struct Section: Equatable {
        let range: Range<Int>
        /// The added token that the section is; nil for text.
        let token: Int32?
    }

    /// The sections of `text`, in order, special tokens cut out of it or left in it.
    func sections(of text: [UInt8], parsingSpecial: Bool) -> [Section] {
        if hasOnlySpecial, !parsingSpecial { return [Section(range: 0..<text.count, token: nil)] }
        return sections(of: text) { _ in parsingSpecial }
    }

    /// The sections of `text`, in order; special tokens are left in the text where `parsingSpecial` says no.
    func sections(of text: [UInt8], parsingSpecial: (Range<Int>) -> Bool) -> [Section] {
        guard !isEmpty else { return [Section(range: 0..<text.count, token: nil)] }
        var sections: [Section] = []
        var start = 0
        var at = 0
        while at < text.count {
            guard canBegin[Int(text[at])], let match = candidates[Int(text[at])].first(where: { matches($0, text, at) }) else {
                at += 1
                continue
            }
            let token = tokens[match]
            var range = at..<at + patterns[match].count
            at = range.upperBound
            if token.isSpecial && !parsingSpecial(range) { continue }
            if token.isSingleWord && (isWord(text, endingAt: range.lowerBound) || isWord(text, startingAt: range.upperBound)) { continue }
            if token.stripsLeft { range = max(spaceStart(text, range.lowerBound), start)..<range.upperBound }
            if token.stripsRight { range = range.lowerBound..<spaceEnd(text, range.upperBound) }
            if range.lowerBound > start { sections.append(Section(range: start..<range.lowerBound, token: nil)) }
            sections.append(Section(range: range, token: token.id))
            start = range.upperBound
            at = max(at, start)
        }
        if start < text.count { sections.append(Section(range: start..<text.count, token: nil)) }
        return sections
    }

    private func matches(_ index: Int, _ text: [UInt8], _ at: Int) -> Bool {
        let pattern = patterns[index]
        guard at + pattern.count <= text.count else { return false }
        for offset in 0..<pattern.count where text[at + offset] != pattern[offset] { return false }
        return true
    }

    private func isWord(_ text: [UInt8], endingAt end: Int) -> Bool {
        end > 0 && isWord(text, startingAt: Scalars.before(text.span, end))
    }

    /// Letters, marks, decimal numbers, letter numbers and connectors make words.
    private func isWord(_ text: [UInt8], startingAt start: Int) -> Bool {
        guard start < text.count else { return false }
        let kind = kind(of: text, at: start)
        return kind <= 9 || kind == 11
    }

    private func isSpace(_ text: [UInt8], _ at: Int) -> Bool {
        CharacterKind.isSpace(kind(of: text, at: at))
    }

    private func kind(of text: [UInt8], at: Int) -> UInt8 {
        let classes = UnicodeClasses.classes
        return Scalars.classify(text.span, classes.span, at).class
    }

    private func spaceStart(_ text: [UInt8], _ end: Int) -> Int {
        var at = end
        while at > 0, case let start = Scalars.before(text.span, at), isSpace(text, start) { at = start }
        return at
    }

    private func spaceEnd(_ text: [UInt8], _ start: Int) -> Int {
        var at = start
        while at < text.count, isSpace(text, at) { at += Scalars.decode(text.span, at).length }
        return at
    }
}
