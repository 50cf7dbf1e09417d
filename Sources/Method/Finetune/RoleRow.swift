import Ground
import LanguageModels
import Records

/// One training dialogue: what a model of some role is asked and what it should say.
///
/// Exactly one text in it may be cut where the whole does not fit the context: the output, wherever it stands.
public struct RoleRow: Sendable {
    public enum Source: String, Sendable, CaseIterable { case seed, curated, judge }

    public let id: String
    public let role: ModelRole
    public let source: Source
    /// The text that is cut at a sentence end where the row is too long.
    public let output: String
    /// The dialogue around the output or its beginning; the last turn is the assistant's and carries the loss.
    public let dialogue: @Sendable (_ output: String) -> [ChatMessage]
    /// Whether the prompt names the page or the section the text stands in.
    public let namesHeading: Bool
    /// Exchanges that follow the first, whose answers carry a loss as well.
    public var further: [ChatMessage] = []

    /// The id of the seed or pair that it was made from.
    public var recordID: String { role == .judge ? String(id.prefix(upTo: id.lastIndex(of: "/") ?? id.endIndex)) : id }

    /// A forward row: instruction to output, under the tag of its source unless told otherwise.
    static func forward(_ pair: some InstructionPair, source: Source, tag: String? = nil) -> RoleRow {
        let tag = tag ?? (source == .seed ? RolePrompts.seedTag : RolePrompts.webTag)
        let (instruction, system, isLearned) = (pair.instruction, pair.system, pair.isLearned)
        return RoleRow(
            id: pair.id, role: .forward, source: source, output: pair.output,
            dialogue: { output in
                RolePrompts.forward(instruction, tag: tag, system: system) + [ChatMessage(.assistant, output, isLearned: isLearned)]
            }, namesHeading: false)
    }

    /// A backward row: output to instruction, with the title and heading where the record has them.
    static func backward(_ pair: some InstructionPair) -> RoleRow {
        let (instruction, title, heading) = (pair.instruction, pair.title, pair.lastHeading)
        return RoleRow(
            id: pair.id, role: .backward, source: .seed, output: pair.output,
            dialogue: { output in
                RolePrompts.backward(output, title: title, heading: heading) + [ChatMessage(.assistant, instruction)]
            }, namesHeading: title != nil || heading != nil)
    }

    /// A judge row: instruction and output to a label.
    static func judge(_ row: JudgeRows.Row, prompt: JudgePrompt = .trained) -> RoleRow {
        let (instruction, label) = (row.instruction, String(row.score))
        return RoleRow(
            id: row.id, role: .judge, source: .judge, output: row.output,
            dialogue: { output in
                prompt.turns(instruction: instruction, output: output) + [ChatMessage(.assistant, label)]
            }, namesHeading: false)
    }
}

extension RoleRow {
    /// A rewriter's row: the output among what does not belong to it, to the output.
    static func rewrite(_ row: RewriteRows.Row) -> RoleRow {
        let (pair, asking) = (row.pair, RewritePrompt(language: row.language))
        return RoleRow(
            id: pair.id, role: .rewrite, source: .seed, output: pair.output,
            dialogue: { output in
                asking.turns(instruction: pair.instruction, passage: row.before + output + row.behind) + [ChatMessage(.assistant, output)]
            }, namesHeading: false)
    }
}

/// The words in which a judge's training rows ask for the label.
public enum JudgePrompt: Sendable {
    /// Those of a model of the role judge.
    case trained
    /// Self-Rewarding's additive rubric, so that a model learns to rate its own answers by it.
    case additive

    func turns(instruction: String, output: String) -> [ChatMessage] {
        switch self {
        case .trained: RolePrompts.trainedJudge(instruction: instruction, output: output)
        case .additive: RolePrompts.additiveJudge(instruction: instruction, output: output)
        }
    }
}

/// What seed and curated pairs have in common.
protocol InstructionPair {
    var id: String { get }
    var instruction: String { get }
    var output: String { get }
    var system: String? { get }
    /// Whether the output is one to learn from.
    var isLearned: Bool { get }
    var title: String? { get }
    var lastHeading: String? { get }
}

extension Seed: InstructionPair {
    var title: String? { object["title"]?.string }
    var lastHeading: String? { object["heading"]?.array?.last?.string ?? object["heading"]?.string }
}

extension Pair: InstructionPair {
    var isLearned: Bool { true }
    var title: String? { object["title"]?.string }
    var lastHeading: String? { object["heading"]?.array?.last?.string ?? object["heading"]?.string }
}

/// Which rows a model of the given roles trains on.
public enum RoleRows {
    /// - Parameters:
    ///   - seeds: Human-written pairs; every role learns from them.
    ///   - curated: Selected pairs; only the forward role learns from them (the paper trains the backward model on seeds alone).
    ///   - allTurns: Whether a forward model learns from every answer of a seed's conversation, not from the first alone.
    public static func rows(
        for roles: [ModelRole], seeds: [Seed], curated: [Pair], seed: UInt64, allTurns: Bool = false, judgePrompt: JudgePrompt = .trained
    ) -> [RoleRow] {
        roles.flatMap { role -> [RoleRow] in
            switch role {
            case .forward:
                seeds.filter { $0.isLearned || allTurns }.map { pair in
                    var row = RoleRow.forward(pair, source: .seed)
                    if allTurns { row.further = pair.furtherMessages }
                    return row
                } + curated.map { .forward($0, source: .curated) }
            case .backward: seeds.filter(\.isLearned).map { .backward($0) }
            case .rewrite: RewriteRows(seeds: seeds.filter(\.isLearned), seed: seed).rows().map { .rewrite($0) }
            case .judge: JudgeRows(seeds: seeds.filter(\.isLearned), seed: seed).rows().map { .judge($0, prompt: judgePrompt) }
            }
        }
    }
}
