import Ground
import Records

/// The filters on a passage, in the order in which they are asked: one list, of which ingest takes the first that says no, and `explain`
/// shows what each finds.
struct PassageFilters: Sendable {
    /// What one filter asks of a passage, a question a rule; a question is not measured before its turn.
    typealias Filter = @Sendable (Segmenter.Passage) -> [() -> FilterFinding]

    let filters: [Filter]

    /// Length, heading, lines, repetition, blocked words, evaluation texts, as far as the options ask for them.
    init(_ options: IngestOptions) {
        var filters = [Self.length(most: options.segmenter.characterRange.upperBound)]
        let thresholds = options.thresholds
        if options.dropsUntitled { filters.append(Self.headings(thresholds)) }
        if options.dropsFragments {
            filters.append { passage in
                PassageRules.all(PassageLines(passage.blocks)).adjusted(by: thresholds).map { rule in { rule.finding("lines") } }
            }
        }
        if options.dropsRepetition, thresholds.asks("repeated_sentences") {
            var repetition = SentenceRepetitionFilter()
            repetition.cutOff = thresholds.value("repeated_sentences", repetition.cutOff)
            filters.append { [repetition] passage in [{ repetition.finding(in: passage.text) }] }
        }
        if let words = options.blockedWords {
            filters.append { passage in [{ FilterFinding("blocked words", "blocked_word", words.rejection(of: passage.text)) }] }
        }
        if let evaluation = options.decontamination {
            filters.append { passage in [{ FilterFinding("decontamination", "evaluation_overlap", evaluation.rejection(of: passage.text)) }]
            }
        }
        self.filters = filters
    }

    /// The first rule that says no; those behind it are not measured.
    func rejection(of passage: Segmenter.Passage) -> Rejection? {
        for filter in filters { for question in filter(passage) { if let rejection = question().rejection { return rejection } } }
        return nil
    }

    /// What each rule finds, also behind one that says no.
    func findings(of passage: Segmenter.Passage) -> [FilterFinding] { filters.flatMap { $0(passage).map { $0() } } }

    /// What the cutting said of the passage: too short, too long, or nothing to take.
    private static func length(most: Int) -> Filter {
        { passage in
            func finding(_ reason: Segmenter.Reason, _ characters: Int, _ threshold: JSONValue) -> FilterFinding {
                var finding = FilterFinding(reason.rawValue, .integer(characters), threshold, isPassed: passage.drop != reason)
                finding.filter = "length"
                return finding
            }
            if passage.drop == .comments { return [{ finding(.comments, passage.characters, .null) }] }
            // However short an introduction is, its section is too long: the least length is not asked of it.
            if passage.drop == .introduction { return [{ finding(.introduction, passage.measured, .integer(most)) }] }
            return [
                { finding(.tooShort, passage.drop == .tooShort ? passage.measured : passage.characters, .integer(passage.least)) },
                { finding(.tooLong, passage.drop == .tooShort ? passage.characters : passage.measured, .integer(most)) },
            ]
        }
    }

    /// Whether the passage's heading is one.
    private static func headings(_ thresholds: FilterThresholds) -> Filter {
        { passage in
            [
                {
                    let (headings, heading) = (HeadingFilter.shared, passage.heading.last ?? "")
                    var rejection = headings.rejection(of: heading, marks: passage.marks)
                    // What stands deeper under a heading of comments is a comment.
                    if rejection == nil, let outer = passage.heading.dropLast().first(where: headings.isOfComments) {
                        rejection = Rejection("comments_heading", value: .string(outer))
                    }
                    rejection = rejection.flatMap { thresholds.asks($0.reason) ? $0 : nil }
                    return FilterFinding("heading", "heading", rejection, passed: .string(heading))
                }
            ]
        }
    }
}
