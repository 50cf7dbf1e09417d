/// The well-known split patterns as hand-written scanners: each character of the text is looked at once or twice.
///
/// They equal the regular expressions of the same names, which the tests hold against each other.
enum WordSplitter: Sendable, Equatable {
    /// GPT-2: contractions, then letters, numbers or other characters with a leading space, then white space.
    case gpt2
    /// Llama 3 and Qwen2: letters take any one character before them, numbers go in runs of at most `digits`.
    case llama3(digits: Int)

    /// The pattern as tokenizer files write it.
    var pattern: String {
        switch self {
        case .gpt2: #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
        case .llama3(let digits):
            #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"# + (digits == 1 ? #"\p{N}"# : #"\p{N}{1,\#(digits)}"#)
                + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
        }
    }

    /// The scanner for a pattern of a tokenizer file, where there is one.
    init?(pattern: String) {
        // Two spellings of the contractions are about, and both match the same text.
        let spelled = pattern.replacing("'(?i:[sdmt]|ll|ve|re)", with: "(?i:'s|'t|'re|'ve|'m|'ll|'d)")
        for known in [WordSplitter.gpt2, .llama3(digits: 1), .llama3(digits: 2), .llama3(digits: 3)] {
            guard spelled == known.pattern else { continue }
            self = known
            return
        }
        return nil
    }

    /// Appends the end of every pre-token of `range`; a pre-token begins where the one before it ends.
    func split(_ bytes: Span<UInt8>, _ range: Range<Int>, into ends: inout [Int]) {
        let table = UnicodeClasses.classes
        var at = range.lowerBound
        while at < range.upperBound {
            at = end(bytes, table.span, at, range.upperBound)
            ends.append(at)
        }
    }

    /// The end of the pre-token that begins at `start`, in a text that ends at `last`; `classes` are those of `UnicodeClasses`.
    @inline(__always)
    func end(_ bytes: Span<UInt8>, _ classes: Span<UInt8>, _ start: Int, _ last: Int) -> Int {
        switch self {
        case .gpt2: Self.gpt2(bytes, classes, start, last)
        case .llama3(let digits): Self.llama3(bytes, classes, start, last, digits)
        }
    }

    @inline(__always)
    private static func gpt2(_ bytes: Span<UInt8>, _ classes: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
        let first = bytes[start]
        if first == UInt8(ascii: "'") {
            let length = contraction(bytes, classes, start + 1, end, foldsCase: false)
            if length > 0 { return start + 1 + length }
        }
        var (kind, length) = Scalars.classify(bytes, classes, start)
        var at = start
        if first == 0x20, start + 1 < end {
            let following = Scalars.classify(bytes, classes, start + 1)
            if !CharacterKind.isSpace(following.class) {
                at = start + 1
                (kind, length) = following
            }
        }
        if CharacterKind.isLetter(kind) { return run(bytes, classes, at + length, end, while: CharacterKind.isLetter) }
        if CharacterKind.isNumber(kind) { return run(bytes, classes, at + length, end, while: CharacterKind.isNumber) }
        if !CharacterKind.isSpace(kind) { return run(bytes, classes, at + length, end, while: CharacterKind.isOther) }
        let stop = run(bytes, classes, at + length, end, while: CharacterKind.isSpace)
        return leavingOne(bytes, classes, start, stop, end)
    }

    @inline(__always)
    private static func llama3(_ bytes: Span<UInt8>, _ classes: Span<UInt8>, _ start: Int, _ end: Int, _ digits: Int) -> Int {
        let first = bytes[start]
        if first == UInt8(ascii: "'") {
            let length = contraction(bytes, classes, start + 1, end, foldsCase: true)
            if length > 0 { return start + 1 + length }
        }
        let (kind, length) = Scalars.classify(bytes, classes, start)
        let second = start + length
        if CharacterKind.isLetter(kind) { return run(bytes, classes, second, end, while: CharacterKind.isLetter) }
        if CharacterKind.isNumber(kind) {
            var at = second
            var count = 1
            while at < end, count < digits {
                let following = Scalars.classify(bytes, classes, at)
                guard CharacterKind.isNumber(following.class) else { break }
                at += following.length
                count += 1
            }
            return at
        }
        if second < end, first != 0x0A, first != 0x0D {
            let following = Scalars.classify(bytes, classes, second)
            if CharacterKind.isLetter(following.class) {
                return run(bytes, classes, second + following.length, end, while: CharacterKind.isLetter)
            }
            if first == 0x20, CharacterKind.isOther(following.class) {
                return newlines(bytes, classes, run(bytes, classes, second + following.length, end, while: CharacterKind.isOther), end)
            }
        }
        if !CharacterKind.isSpace(kind) {
            return newlines(bytes, classes, run(bytes, classes, second, end, while: CharacterKind.isOther), end)
        }
        let stop = run(bytes, classes, second, end, while: CharacterKind.isSpace)
        // White space up to its last line break is one pre-token.
        var last = stop
        while last > start, bytes[last - 1] != 0x0A, bytes[last - 1] != 0x0D { last -= 1 }
        return last > start ? last : leavingOne(bytes, classes, start, stop, end)
    }

    /// White space before a word leaves its last character to the word.
    @inline(__always)
    private static func leavingOne(_ bytes: Span<UInt8>, _ classes: Span<UInt8>, _ start: Int, _ stop: Int, _ end: Int) -> Int {
        guard stop < end else { return stop }
        let last = Scalars.before(bytes, stop)
        return last > start ? last : stop
    }

    @inline(__always)
    private static func run(_ bytes: Span<UInt8>, _ classes: Span<UInt8>, _ start: Int, _ end: Int, while belongs: (UInt8) -> Bool) -> Int {
        var at = start
        while at < end {
            let (kind, length) = Scalars.classify(bytes, classes, at)
            guard belongs(kind) else { break }
            at += length
        }
        return at
    }

    @inline(__always)
    private static func newlines(_ bytes: Span<UInt8>, _ classes: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
        var at = start
        while at < end, bytes[at] == 0x0A || bytes[at] == 0x0D { at += 1 }
        return at
    }

    /// The length of what follows an apostrophe in 's 't 'm 'd 're 've 'll; zero when nothing fits.
    @inline(__always)
    private static func contraction(_ bytes: Span<UInt8>, _ classes: Span<UInt8>, _ at: Int, _ end: Int, foldsCase: Bool) -> Int {
        guard at < end else { return 0 }
        let fold: UInt8 = foldsCase ? 0x20 : 0
        let first = bytes[at]
        switch first | fold {
        case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return 1
        case UInt8(ascii: "r"), UInt8(ascii: "v"): return at + 1 < end && bytes[at + 1] | fold == UInt8(ascii: "e") ? 2 : 0
        case UInt8(ascii: "l"): return at + 1 < end && bytes[at + 1] | fold == UInt8(ascii: "l") ? 2 : 0
        default:
            // The long s is an s to a pattern that folds case.
            return foldsCase && first == 0xC5 && at + 1 < end && bytes[at + 1] == 0xBF ? 2 : 0
        }
    }
}
