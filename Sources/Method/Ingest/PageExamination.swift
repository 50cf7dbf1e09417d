import Records

/// What ingest sees in a page, for a person who wants to know why: every block's decision, the headings, what each filter found.
public struct PageExamination: Sendable {
    /// A block of the page and what became of it.
    public struct Block: Sendable {
        public var text: String
        public var kind: String
        public var isKept: Bool
        /// How probable it belongs to the main content.
        public var probability: Double
        public var reason: String
    }

    /// A heading of the main text; its level is 1 to 6.
    public struct Heading: Sendable {
        public var level: Int
        public var text: String
    }

    /// A passage with what its filters found.
    public struct Passage: Sendable {
        public var outcome: Outcome
        public var findings: [FilterFinding]
    }

    /// Empty for text that is no HTML: all of it is content.
    public var blocks: [Block] = []
    /// The probability from which on blocks are kept.
    public var threshold = 0.0
    public var headings: [Heading] = []
    public var language: String?
    /// What the filters on the whole page found.
    public var findings: [FilterFinding] = []
    public var passages: [Passage] = []
    /// Why the page as a whole gives nothing; `isBroken` where it could not be read.
    public var rejection: Rejection?
    public var isBroken = false
}

extension Ingester {
    /// Looks at a page as `passages(from:)` does, and at everything behind a filter that says no, too.
    public func examine(_ page: RawPage) -> PageExamination {
        var examination = PageExamination()
        for outcome in passages(from: page).outcomes where examination.rejection == nil {
            switch outcome {
            case .broken(_, let rejection): (examination.rejection, examination.isBroken) = (rejection, true)
            case .dropped(let object, let rejection) where object["text"] == nil: examination.rejection = rejection
            default: break
            }
        }
        guard !examination.isBroken else { return examination }
        if page.form == .html {
            let bytes = Charset.utf8(page.body, declared: page.charset)
            let trace = Extractor.extract(bytes, isAllContent: page.isAllContent).trace
            examination.threshold = Double(trace.content.threshold)
            examination.blocks = zip(trace.blocks.blocks, trace.content.decisions).map { block, decision in
                PageExamination.Block(
                    text: trace.blocks.string(of: block), kind: "\(block.kind)", isKept: decision.isKept,
                    probability: Double(decision.probability), reason: decision.reason.rawValue)
            }
        }
        let text = read(page).text
        for block in text.blocks {
            if case .heading(let level) = block.kind { examination.headings.append(.init(level: level, text: block.text)) }
        }
        let language = language(of: PageFilters.text(of: text.blocks), text)
        examination.language = language
        examination.findings = options.pageFilters.findings(text, url: page.url ?? text.metadata.url, language: language)
        examination.passages = options.segmenter.passages(of: text).map { passage in
            PageExamination.Passage(outcome: outcome(of: passage, language, text, page), findings: passageFilters.findings(of: passage))
        }
        return examination
    }
}
