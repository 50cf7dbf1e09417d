/// From text to tokens: added tokens, normalizers, pre-tokenizers and the model, in the order of the reference.
final class EncodingPipeline: Sendable {
    let model: BytePairModel
    let normalizers: [Normalizer]
    let preTokenizers: [PreTokenizer]
    /// Added tokens looked for in the text as it came, and in the normalized text.
    let rawTokens: AddedTokenFinder
    let normalizedTokens: AddedTokenFinder

    private let scratches = EncodingScratch.Pool()

    init(model: BytePairModel, normalizers: [Normalizer], preTokenizers: [PreTokenizer], added: [AddedToken]) {
        self.model = model
        self.normalizers = normalizers
        self.preTokenizers = preTokenizers
        rawTokens = AddedTokenFinder(added.filter { !$0.isNormalized })
        normalizedTokens = AddedTokenFinder(added.filter(\.isNormalized)) { content in
            var bytes = content
            for normalizer in normalizers { normalizer.apply(to: &bytes) }
            return bytes
        }
    }

    func encode(_ text: [UInt8], parsingSpecialTokens: Bool, into output: inout [Int32]) {
        var scratch = scratches.take()
        for section in rawTokens.sections(of: text, parsingSpecial: parsingSpecialTokens) {
            if let token = section.token {
                output.append(token)
            } else {
                encode(text, section.range, parsingSpecialTokens, &scratch, &output)
            }
        }
        scratches.give(scratch)
    }

    /// The sections of a conversation; special tokens are those that the template wrote.
    func sections(of text: TaggedText) -> [AddedTokenFinder.Section] {
        rawTokens.sections(of: text.bytes, parsingSpecial: text.isTemplate)
    }

    /// Encodes one section without added tokens of the raw kind.
    func encode(_ text: [UInt8], _ section: AddedTokenFinder.Section, into output: inout [Int32]) {
        var scratch = scratches.take()
        encode(text, section.range, false, &scratch, &output)
        scratches.give(scratch)
    }

    /// How many bytes the normalizers, and the pre-tokenizers that write, make of the text of a range with which a section begins.
    func normalizedLength(_ text: [UInt8], _ range: Range<Int>) -> Int {
        var bytes = Array(text[range])
        var front = range.lowerBound == 0 ? 1 : 0
        for normalizer in normalizers { normalizer.apply(to: &bytes, front: &front) }
        if range.lowerBound > 0 { front = 0 }
        var pieces = Pieces(bytes, front: front)
        for step in preTokenizers { step.apply(to: &pieces) }
        return pieces.bytes.count
    }

    /// Encodes text without added tokens of the raw kind.
    private func encode(
        _ text: [UInt8], _ range: Range<Int>, _ parsesSpecial: Bool, _ scratch: inout EncodingScratch, _ output: inout [Int32]
    ) {
        if normalizers.isEmpty, normalizedTokens.isEmpty {
            split(text, range, front: range.lowerBound == 0 ? 1 : 0, &scratch, &output)
            return
        }
        var bytes = Array(text[range])
        var front = range.lowerBound == 0 ? 1 : 0
        for normalizer in normalizers { normalizer.apply(to: &bytes, front: &front) }
        if range.lowerBound > 0 { front = 0 }
        for section in normalizedTokens.sections(of: bytes, parsingSpecial: parsesSpecial) {
            if let token = section.token {
                output.append(token)
            } else {
                split(bytes, section.range, front: max(0, front - section.range.lowerBound), &scratch, &output)
            }
        }
    }

    private func split(
        _ bytes: [UInt8], _ range: Range<Int>, front: Int, _ scratch: inout EncodingScratch, _ output: inout [Int32]
    ) {
        if preTokenizers.count == 1, case .words(let splitter) = preTokenizers[0] {
            let classes = UnicodeClasses.classes
            let span = classes.span
            merge(bytes.span, range, &scratch, &output) { text, _, start in splitter.end(text, span, start, range.upperBound) }
            return
        }
        var pieces = Pieces(range == 0..<bytes.count ? bytes : Array(bytes[range]), front: front)
        for step in preTokenizers { step.apply(to: &pieces) }
        if model.splitsBeforeSpaceMark { pieces.split { $2 += BytePairModel.spaceMarkEnds($0, $1) } }
        let ends = pieces.ends
        merge(pieces.bytes.span, 0..<(ends.last ?? 0), &scratch, &output) { _, index, _ in ends[index] }
    }

    /// Appends the tokens of the words of `range`; `end` gives the end of a word by the text, the word's number and its start.
    @inline(__always)
    private func merge(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ scratch: inout EncodingScratch, _ output: inout [Int32],
        end: (Span<UInt8>, Int, Int) -> Int
    ) {
        var start = range.lowerBound
        var word = 0
        while start < range.upperBound {
            let (count, unwritten) = mergeSome(
                bytes, &start, range.upperBound, &word, &scratch.cache.slots, &scratch.workspace, &scratch.tokens, end: end)
            output.append(contentsOf: scratch.tokens[..<count])
            if unwritten > 0 { output.append(contentsOf: scratch.workspace.symbols[..<unwritten]) }
        }
    }

    /// Goes on until the text or the room for tokens ends; gives the number of tokens written, and of those of the last word that stayed
    /// in the workspace, since there was no room for them.
    @inline(__always)
    private func mergeSome(
        _ bytes: Span<UInt8>, _ start: inout Int, _ last: Int, _ word: inout Int, _ slots: inout [WordCache.Slot],
        _ workspace: inout BytePairModel.Workspace, _ tokens: inout [Int32], end: (Span<UInt8>, Int, Int) -> Int
    ) -> (written: Int, unwritten: Int) {
        // Borrowed for many words, so that nothing is counted or checked for each.
        var slots = slots.mutableSpan
        var tokens = tokens.mutableSpan
        var count = 0
        while start < last, count + 3 <= tokens.count {
            let from = start
            start = end(bytes, word, from)
            word += 1
            let key = WordCache.Key(bytes, from, start)
            if let key, let known = WordCache.find(key, in: &slots) {
                tokens[count] = known.first
                tokens[count + 1] = known.second
                tokens[count + 2] = known.third
                count += Int(known.count)
                continue
            }
            let made = model.encode(bytes, from..<start, with: &workspace)
            if let key, let slot = WordCache.Slot(key, workspace.symbols, made) { WordCache.insert(slot, key, in: &slots) }
            if made > tokens.count - count { return (count, made) }
            for index in 0..<made { tokens[count + index] = workspace.symbols[index] }
            count += made
        }
        return (count, 0)
    }
}
