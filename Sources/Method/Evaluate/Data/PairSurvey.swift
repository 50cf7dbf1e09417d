import Ground
import Records
import Stages

/// What can be said of pairs without any model: whether instructions fit their outputs, how varied they are, how long, in which languages, and
/// which parts of the pages got none.
public struct PairSurvey: Sendable {
    public let pairs: Int
    /// Records that are no pairs, by reason.
    public let refused: [String: Int]
    /// The instructions as they are, then the cheap ones, and the human ones where known; each by name.
    public let retrieval: [(name: String, figures: InstructionRetrieval.Figures)]
    /// The two words that instructions begin with, and how often, the most frequent first.
    public let openings: [(words: String, count: Int)]
    public let distinctOpenings: Int
    /// The words of most instructions that are no stop words of English.
    public let subjects: [(word: String, count: Int)]
    /// Instructions that are nearly another one: groups of two and more, by size, and how many instructions stand in them.
    public let nearDuplicates: (groups: Int, instructions: Int, largest: Int)
    /// Quartiles of words: least, lower, middle, upper, most.
    public let instructionLengths: [Int]
    public let outputLengths: [Int]
    /// By ISO 639-1, the most frequent first; "unknown" where a text says too little.
    public let languages: [(language: String, count: Int)]
    /// Passages of which a selected pair stands here; nil without passages.
    public let coverage: (covered: Int, passages: Int, uncovered: [String])?

    /// Reads the pairs of files.
    ///
    /// - Parameters:
    ///   - humanField: where a human instruction for the same output stands, if anywhere.
    ///   - passages: files of the passages that pairs were made of.
    /// - Throws: `EvaluateError.noPairIn` where there is no pair.
    public init(_ files: [String], fields: FieldNames = FieldNames(), humanField: String = "human", passages: [String] = []) throws {
        var (found, refused): ([Pair], [String: Int]) = ([], [:])
        var first: String?
        for record in try RecordSource.readAll(files, fields: fields) {
            do {
                found.append(try Pair(record.object))
            } catch let rejection as Rejection {
                refused[rejection.reason, default: 0] += 1
                first = first ?? "\(record.place): \(rejection)"
            }
        }
        guard !found.isEmpty else {
            let reasons = refused.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            throw EvaluateError.noPairIn(file: files.joined(separator: ", "), reasons: reasons, first: first)
        }
        (pairs, self.refused) = (found.count, refused)
        let (instructions, humans) = (found.map(\.instruction), found.map { $0.object[humanField]?.string })
        let search = InstructionRetrieval(outputs: found.map(\.output), humans: humans)
        var rows = [("instructions", search.figures(of: instructions))]
        let known = humans.compactMap(\.self)
        if known.count == found.count { rows.append(("human", search.figures(of: known))) }
        rows += search.templates.map { ($0.name, search.figures(of: $0.instructions)) }
        retrieval = rows
        let begun = Dictionary(
            instructions.map { (LexicalIndex.words($0).prefix(2).joined(separator: " "), 1) }, uniquingKeysWith: +)
        openings = begun.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
        distinctOpenings = begun.count
        let stops = Set(StopWords.english.words.map { Substring($0) })
        let spread = Dictionary(
            instructions.flatMap { Set(LexicalIndex.words($0)).subtracting(stops).map { ($0, 1) } }, uniquingKeysWith: +)
        subjects = spread.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(20).map { (String($0.key), $0.value) }
        nearDuplicates = Self.groups(of: instructions)
        instructionLengths = Self.quartiles(instructions.map { LexicalIndex.words($0).count })
        outputLengths = Self.quartiles(found.map { LexicalIndex.words($0.output).count })
        let spoken = Dictionary(
            found.map { pair in
                (pair.object["lang"]?.string ?? LanguageDetector.shared.detect(pair.output)?.code ?? "unknown", 1)
            }, uniquingKeysWith: +)
        languages = spoken.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
        coverage = passages.isEmpty ? nil : try Self.coverage(of: passages, by: found)
    }

    /// Groups of instructions that share four fifths of their words with another of the group.
    static func groups(of instructions: [String]) -> (groups: Int, instructions: Int, largest: Int) {
        let index = LexicalIndex(instructions)
        var parent = Array(instructions.indices)
        func root(_ place: Int) -> Int {
            var place = place
            while parent[place] != place { place = parent[place] }
            return place
        }
        for (place, instruction) in instructions.enumerated() {
            for other in index.ranking(for: instruction, limit: 10) where other != place {
                guard LexicalIndex.jaccard(instruction, instructions[other]) >= 0.8 else { continue }
                let (a, b) = (root(place), root(other))
                if a != b { parent[max(a, b)] = min(a, b) }
            }
        }
        let sizes = Dictionary(instructions.indices.map { (root($0), 1) }, uniquingKeysWith: +).values.filter { $0 > 1 }
        return (sizes.count, sizes.reduce(0, +), sizes.max() ?? 0)
    }

    static func quartiles(_ values: [Int]) -> [Int] {
        let sorted = values.sorted()
        return [0.0, 0.25, 0.5, 0.75, 1].map { sorted[Int((Double(sorted.count - 1) * $0).rounded())] }
    }

    private static func coverage(of files: [String], by pairs: [Pair]) throws -> (covered: Int, passages: Int, uncovered: [String]) {
        let reached = Set(pairs.filter(\.isSelected).compactMap(\.passageID))
        let passages = try RecordSource.readAll(files).compactMap { try? Passage($0.object) }
        guard !passages.isEmpty else { throw EvaluateError.noPassageIn(file: files.joined(separator: ", ")) }
        let without = passages.filter { !reached.contains($0.id) }
        let names = without.map { passage in
            ([passage.url ?? passage.title ?? passage.id] + passage.heading).joined(separator: " > ")
        }
        return (passages.count - without.count, passages.count, names)
    }

    public var object: JSONObject {
        var object: JSONObject = ["pairs": .integer(pairs)]
        object["refused"] = .object(JSONObject(refused.sorted { $0.key < $1.key }.map { ($0, .integer($1)) }))
        object["retrieval"] = .array(
            retrieval.map { name, figures in
                var row: JSONObject = [
                    "of": .string(name), "hit_at_1": .double(figures.hit1), "hit_at_10": .double(figures.hit10),
                    "overlap": .double(figures.overlap), "echo": .double(figures.echo), "words": .double(figures.words),
                ]
                if let rouge = figures.rougeL { row["rouge_l"] = .double(rouge) }
                return .object(row)
            })
        object["distinct_openings"] = .integer(distinctOpenings)
        object["openings"] = .array(openings.prefix(20).map { .object(["words": .string($0.words), "count": .integer($0.count)]) })
        object["words"] = .array(subjects.map { .object(["word": .string($0.word), "instructions": .integer($0.count)]) })
        object["near_duplicates"] = [
            "groups": .integer(nearDuplicates.groups), "instructions": .integer(nearDuplicates.instructions),
            "largest": .integer(nearDuplicates.largest),
        ]
        object["instruction_words"] = .array(instructionLengths.map { .integer($0) })
        object["output_words"] = .array(outputLengths.map { .integer($0) })
        object["languages"] = .object(JSONObject(languages.map { ($0.language, .integer($0.count)) }))
        if let coverage {
            object["coverage"] = [
                "passages": .integer(coverage.passages), "covered": .integer(coverage.covered),
                "uncovered": .array(coverage.uncovered.map { .string($0) }),
            ]
        }
        return object
    }
}
