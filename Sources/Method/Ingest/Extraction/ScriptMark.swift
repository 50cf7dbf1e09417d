/// What stands for the position of raised and lowered characters where text has none: 10<sup>6</sup> is `10^6` and never 106.
///
/// A number that is raised or lowered at other characters gets a mark where it would read as another number or word without: `m^2`, `x_1`,
/// `V_max`. Ordinals (1st), trade marks and chemical formulas (H2O) are written so by everybody and stay. References to notes are put in
/// square brackets.
struct ScriptMark {
    /// The text right before, nothing where white space or the beginning of a block is there.
    var before: Substring
    /// The byte right behind, nil where the block or the page ends.
    var after: UInt8?
    /// It leads to a note.
    var isReference = false

    private static let signs = ["TM": "™", "SM": "℠", "R": "®"]
    private var last: Character? { before.last }
    private var isFollowed: Bool { after.map { $0.isASCIILetter || $0.isASCIIDigit || $0 >= 0xC3 } ?? false }
    /// The letters and digits that the text before ends with.
    private var base: Substring {
        let stop = before.lastIndex { !$0.isLetter && !$0.isNumber }
        return stop.map { before[before.index(after: $0)...] } ?? before
    }

    func superscript(_ text: String) -> String {
        guard let first = text.first else { return "" }
        let isNumber = text.allSatisfy { $0.isASCII && $0.isNumber }
        if isReference { return first == "[" || first == "(" ? text : "[" + text + "]" }
        // The numerator of a fraction.
        if isNumber, after == UInt8(ascii: "/") || after == 0xE2 { return last?.isNumber == true ? " " + text : text }
        guard let last else { return isNumber && isFollowed ? "^" + text : text }
        let hasDigit = text.contains { $0.isNumber }
        let isList = hasDigit && text.allSatisfy { $0.isNumber || ",–- ".contains($0) }
        if isList, first.isNumber, [".", ",", ";", ":", "!", "?", "\"", "”", "’"].contains(last) || isWord { return "[" + text + "]" }
        if hasDigit || "+-−±".contains(first) { return "^" + grouped(text) }
        if let sign = ScriptMark.signs[text] { return sign }
        guard text.allSatisfy(\.isLetter) else { return needsMark(text) ? "^" + grouped(text) : text }
        if last == ")" || last == "]" { return "^" + grouped(text) }
        if last.isNumber, text == "o", after.map({ "CFK'".utf8.contains($0) }) == true { return "°" }
        guard !base.isEmpty, base.count == 1 || base.allSatisfy(\.isNumber) else { return text }
        return isExponent(text) ? "^" + text : text
    }

    func subscripted(_ text: String) -> String {
        guard let first = text.first, let last else { return text }
        // The denominator of a fraction.
        if last == "/" || last == "\u{2044}" { return text }
        guard first.isNumber else { return last.isLetter || last.isNumber || last == ")" ? "_" + grouped(text, holdsWords: true) : text }
        let gap = after?.isASCIIDigit == true ? " " : ""
        if last.isNumber { return "_" + grouped(text) + gap }
        if last == ")" || last == "]" { return before.dropLast().last?.isNumber == true ? "_" + grouped(text) + gap : text + gap }
        guard last.isLetter else { return text + gap }
        return isElement && gap.isEmpty ? text : "_" + grouped(text) + gap
    }

    /// Whether the text before ends with a word that is longer than a unit.
    private var isWord: Bool { base.count > 3 && base.allSatisfy(\.isLetter) }

    /// Whether the text before ends like a chemical symbol: a capital, with a small letter or without.
    private var isElement: Bool {
        guard let last else { return false }
        if last.isUppercase { return true }
        guard let capital = before.dropLast().last, capital.isUppercase, last.isLowercase else { return false }
        return true
    }

    /// Letters raised at a number or at a single letter: `2^n` and `e^x` are powers; `1er`, `Mr` and `no` are words.
    private func isExponent(_ text: String) -> Bool {
        guard text.count == 1, let letter = text.first, let last else { return false }
        if last.isNumber { return !"eoadrthºª".contains(letter) }
        if last.isUppercase { return letter.isUppercase || "nkxyij".contains(letter) }
        return !"oaers".contains(letter)
    }

    /// Whether longer text is a formula rather than a word.
    private func needsMark(_ text: String) -> Bool { text.contains { "+-−=*/·×".contains($0) } }

    private func grouped(_ text: String, holdsWords: Bool = false) -> String {
        var rest = text[...]
        if let first = rest.first, "+-−±".contains(first) { rest = rest.dropFirst() }
        // The charge of an ion ends with its sign.
        if let end = rest.last, "+-−".contains(end), rest.dropLast().allSatisfy(\.isNumber) { rest = rest.dropLast() }
        let isSimple = rest.count <= 1 || rest.allSatisfy(\.isNumber) || (holdsWords && rest.allSatisfy { $0.isLetter || $0.isNumber })
        return isSimple ? text : "(" + text + ")"
    }
}
