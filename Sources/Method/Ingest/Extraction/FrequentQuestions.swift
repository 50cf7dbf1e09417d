import Ground

/// The questions and answers that a page's structured data name (schema.org's FAQPage in JSON-LD): to know its questions by, and to have the
/// answers that the page itself shows to nobody who does not ask.
struct FrequentQuestions {
    private struct Entry {
        var question: String
        var answer: [PageText.Block]
    }

    private var entries: [Entry] = []
    /// The letters of the questions, hashed.
    private var known: Set<UInt64> = []

    /// A page with more has them for other reasons than to answer somebody.
    private static let limit = 200

    init() {}

    init(_ tree: HTMLTree) {
        let name = Array("FAQPage".utf8)
        for data in tree.structuredData where data.bytes.contains(subsequence: name) {
            // Data that are no JSON say nothing.
            guard let value = data.json else { continue }
            read(value, isAsked: false)
        }
        known = Set(entries.map { FrequentQuestions.hash(of: Array($0.question.utf8)[...]) })
    }

    var isEmpty: Bool { entries.isEmpty }

    /// Whether a text is one of the questions.
    func has(_ text: ArraySlice<UInt8>) -> Bool { !known.isEmpty && known.contains(FrequentQuestions.hash(of: text)) }

    /// Each question whose answer is not among the blocks, as a heading, with its answer.
    func answers(missingIn blocks: [PageText.Block]) -> [PageText.Block] {
        guard !entries.isEmpty else { return [] }
        let said = FrequentQuestions.letters(Array(blocks.map(\.text).joined(separator: " ").utf8)[...])
        var seen: Set<UInt64> = []
        var output: [PageText.Block] = []
        for entry in entries {
            let start = Array(FrequentQuestions.letters(Array(entry.answer.map(\.text).joined(separator: " ").utf8)[...]).prefix(60))
            guard !start.isEmpty, !said.contains(subsequence: start), seen.insert(FrequentQuestions.hash(of: start[...])).inserted else {
                continue
            }
            output.append(.init(.heading(level: 2), entry.question, marks: .question))
            // Headings inside of an answer stand below its question.
            output += entry.answer.map { block in
                guard case .heading = block.kind else { return block }
                return .init(.heading(level: 3), block.text)
            }
        }
        return output
    }

    private mutating func read(_ value: JSONValue, isAsked: Bool) {
        guard entries.count < FrequentQuestions.limit else { return }
        switch value {
        case .array(let values): for value in values { read(value, isAsked: isAsked) }
        case .object(let object):
            let types = object["@type"]?.array?.compactMap(\.string) ?? object["@type"]?.string.map { [$0] } ?? []
            let isAsked = isAsked || types.contains("FAQPage")
            if isAsked, types.contains("Question"), let entry = FrequentQuestions.entry(object) {
                entries.append(entry)
            } else {
                for (_, value) in object.fields { read(value, isAsked: isAsked) }
            }
        default: break
        }
    }

    private static func entry(_ object: JSONObject) -> Entry? {
        let answers = object["acceptedAnswer"]?.array ?? object["acceptedAnswer"].map { [$0] } ?? []
        guard let name = object["name"]?.string, let text = answers.first?.object?["text"]?.string else { return nil }
        let question = blocks(of: name).map(\.text.oneLine).joined(separator: " ")
        let answer = blocks(of: text)
        return question.isEmpty || question.utf8.count > 300 || answer.isEmpty ? nil : Entry(question: question, answer: answer)
    }

    /// Texts in structured data may have markup.
    private static func blocks(of text: String) -> [PageText.Block] {
        let paragraphs = text.contains("<") ? text : text.split(separator: "\n").joined(separator: "<p>")
        return Extractor.extract(Array(paragraphs.utf8), isAllContent: true).page.blocks
    }

    private static func letters(_ text: ArraySlice<UInt8>) -> [UInt8] {
        text.filter { $0.isASCIILetter || $0.isASCIIDigit || $0 >= 0x80 }.map(\.loweredASCII)
    }

    private static func hash(of text: ArraySlice<UInt8>) -> UInt64 { FNV1a.hash64(letters(text)[...]) }
}
