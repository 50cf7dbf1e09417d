import Synchronization

/// From text to tokens: added tokens, normalizers, pre-tokenizers and the model, in the order of the reference.
final class EncodingPipeline: Sendable {
    let model: BytePairModel
    let normalizers: [Normalizer]
    let preTokenizers: [PreTokenizer]
    /// Added tokens looked for in the text as it came, and in the normalized text.
    let rawTokens: AddedTokenFinder
    let normalizedTokens: AddedTokenFinder

    /// What one encoding needs; kept for the next, so that every thread that encodes has warm caches of its own.
    private struct Scratch: Sendable {
        var workspace = BytePairModel.Workspace()
        var cache = WordCache()
        var ends: [Int] = []
    }

    private let scratches = Mutex<[Scratch]>([])

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
        var scratch = scratches.withLock { $0.popLast() } ?? Scratch()
        for section in rawTokens.sections(of: text, parsingSpecial: { _ in parsingSpecialTokens }) {
            if let token = section.token {
                output.append(token)
            } else {
                encode(text, section.range, parsingSpecialTokens, &scratch, &output)
            }
        }
        scratches.withLock { if $0.count < 64 { $0.append(scratch) } }
    }

    /// The sections of a conversation; special tokens are those that the template wrote.
    func sections(of text: TaggedText) -> [AddedTokenFinder.Section] {
        rawTokens.sections(of: text.bytes, parsingSpecial: text.isTemplate)
    }

    /// Encodes one section without added tokens of the raw kind.
    func encode(_ text: [UInt8], _ section: AddedTokenFinder.Section, into output: inout [Int32]) {
        var scratch = scratches.withLock { $0.popLast() } ?? Scratch()
        encode(text, section.range, false, &scratch, &output)
        scratches.withLock { if $0.count < 64 { $0.append(scratch) } }
    }

    /// How many bytes the normalizers, and the pre-tokenizers that write, make of a text that stands at a section's start.
    func normalizedLength(_ text: [UInt8]) -> Int {
        var bytes = text
        for normalizer in normalizers { normalizer.apply(to: &bytes) }
        var pieces = Pieces(bytes, isStart: true)
        for step in preTokenizers { step.apply(to: &pieces) }
        return pieces.bytes.count
    }

    /// Encodes text without added tokens of the raw kind.
    private func encode(_ text: [UInt8], _ range: Range<Int>, _ parsesSpecial: Bool, _ scratch: inout Scratch, _ output: inout [Int32]) {
        if normalizers.isEmpty, normalizedTokens.isEmpty {
            split(text, range, isStart: range.lowerBound == 0, &scratch, &output)
            return
        }
        var bytes = Array(text[range])
        for normalizer in normalizers { normalizer.apply(to: &bytes) }
        for section in normalizedTokens.sections(of: bytes, parsingSpecial: { _ in parsesSpecial }) {
            if let token = section.token {
                output.append(token)
            } else {
                split(bytes, section.range, isStart: range.lowerBound == 0 && section.range.lowerBound == 0, &scratch, &output)
            }
        }
    }

    private func split(_ bytes: [UInt8], _ range: Range<Int>, isStart: Bool, _ scratch: inout Scratch, _ output: inout [Int32]) {
        if preTokenizers.count == 1, case .words(let splitter) = preTokenizers[0] {
            scratch.ends.removeAll(keepingCapacity: true)
            splitter.split(bytes.span, range, into: &scratch.ends)
            merge(bytes.span, from: range.lowerBound, &scratch, &output)
            return
        }
        var pieces = Pieces(range == 0..<bytes.count ? bytes : Array(bytes[range]), isStart: isStart)
        for step in preTokenizers { step.apply(to: &pieces) }
        if model.splitsBeforeSpaceMark { pieces.split { $2 += BytePairModel.spaceMarkEnds($0, $1) } }
        scratch.ends = pieces.ends
        merge(pieces.bytes.span, from: 0, &scratch, &output)
    }

    private func merge(_ bytes: Span<UInt8>, from first: Int, _ scratch: inout Scratch, _ output: inout [Int32]) {
        var start = first
        for index in 0..<scratch.ends.count {
            let end = scratch.ends[index]
            let key = scratch.cache.key(bytes, start, end)
            if let key, scratch.cache.append(key, to: &output) {
                start = end
                continue
            }
            let before = output.count
            model.encode(bytes, start..<end, with: &scratch.workspace, into: &output)
            if let key { scratch.cache.insert(key, output[before...]) }
            start = end
        }
    }
}
