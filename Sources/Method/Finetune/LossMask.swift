import Foundation
import Ground
import Records
import Stages
import Training

/// A record as training sees it: its tokens, and which of them have a loss.
public struct LossMask: Sendable {
    /// Neighbouring tokens that all have a loss, or all have none.
    public struct Span: Sendable, Equatable {
        public var text: String
        public var isLearned: Bool
    }

    public let id: String
    public let place: SourcePlace
    /// What the row teaches: a role, or an answer of a preference.
    public let kind: String
    public let tokens: [Int32]
    public let isTarget: [Bool]
    public let spans: [Span]
    /// Whether the row was too long and was cut by its rule.
    public let isCut: Bool

    public var targetCount: Int { isTarget.count { $0 } }

    init(id: String, place: SourcePlace, kind: String, example: TrainingExample, isCut: Bool, encoder: RowEncoder) {
        self.id = id
        self.place = place
        self.kind = kind
        tokens = example.tokens
        isTarget = example.isTarget
        self.isCut = isCut
        var spans: [Span] = []
        var start = 0
        for index in 1...max(1, tokens.count) where index == tokens.count || isTarget[index] != isTarget[start] {
            guard start < tokens.count else { break }
            let text = encoder.tokenizer.decode(Array(tokens[start..<index]), skippingSpecialTokens: false)
            spans.append(Span(text: text, isLearned: isTarget[start]))
            start = index
        }
        self.spans = spans
    }

    /// The mask for programs: ids and flags a token, and the same as spans of text.
    public var object: JSONObject {
        [
            "id": .string(id), "file": .string(place.file), "line": .integer(place.line), "kind": .string(kind),
            "tokens": .array(tokens.map { .integer(Int($0)) }), "loss": .array(isTarget.map { .integer($0 ? 1 : 0) }),
            "tokens_with_loss": .integer(targetCount), "cut": .bool(isCut),
            "spans": .array(spans.map { .object(["text": .string($0.text), "loss": .bool($0.isLearned)]) }),
        ]
    }

    /// The mask for people: what is learned in green, or, without colour, between ⟦ and ⟧.
    public func text(inColour: Bool) -> String {
        let body = spans.map { span in
            let text = span.text.safeForTerminal
            guard span.isLearned else { return inColour ? "\u{1B}[2m\(text)\u{1B}[0m" : text }
            return inColour ? "\u{1B}[1;32m\(text)\u{1B}[0m" : "⟦\(text)⟧"
        }
        let cut = isCut ? ", cut to the context" : ""
        return "\(place) (\(kind)): \(targetCount) of \(tokens.count) tokens have a loss\(cut)\n" + body.joined() + "\n\n"
    }
}

/// Reads records as a training run would, to show their masks.
public struct LossMaskReader: Sendable {
    public let encoder: RowEncoder
    public let roles: [ModelRole]
    public let learnsAllTurns: Bool

    public init(encoder: RowEncoder, roles: [ModelRole], learnsAllTurns: Bool) {
        self.encoder = encoder
        self.roles = roles
        self.learnsAllTurns = learnsAllTurns
    }

    /// The masks of one record: one a row that is made of it.
    ///
    /// - Throws: a `Rejection` where nothing can be learned from it, `RecordsError.wrongShape` for a record of another stage.
    public func masks(of record: InputRecord) throws -> [LossMask] {
        if RecordShape.of(record.object) == .preference { return try preferenceMasks(try Preference(record.object), record.place) }
        let isPair = [.pair, .ratedPair].contains(RecordShape.of(record.object))
        let pair = isPair ? try Pair(record.object) : nil
        let seeds = isPair ? [] : [try seed(record)]
        let wanted = isPair ? [.forward] : roles
        let rows = RoleRows.rows(for: wanted, seeds: seeds, curated: pair.map { [$0] } ?? [], seed: 0, allTurns: learnsAllTurns)
        guard !rows.isEmpty else { throw Rejection(Seed.weightless, value: 0, threshold: 1) }
        return try rows.map { row in
            let (example, isCut): (TrainingExample, Bool) =
                switch try encoder.encode(row) {
                case .whole(let whole): (whole, false)
                case .cut(let shorter): (shorter, true)
                case .tooLong(let tokens):
                    throw Rejection("prompt_too_long", value: .integer(tokens), threshold: .integer(encoder.contextLength))
                }
            guard example.targetCount > 0 else { throw Rejection("nothing_to_learn", value: 0, threshold: 1) }
            return LossMask(
                id: row.id, place: record.place, kind: row.role.rawValue, example: example, isCut: isCut, encoder: encoder)
        }
    }

    private func seed(_ record: InputRecord) throws -> Seed {
        do {
            let seed = try Seed(record.object)
            try seed.requireLearned(allTurns: learnsAllTurns)
            return seed
        } catch RecordsError.wrongShape(let wanted, let found, _) {
            throw RecordsError.wrongShape(wanted: wanted, found: found, place: record.place)
        }
    }

    private func preferenceMasks(_ preference: Preference, _ place: SourcePlace) throws -> [LossMask] {
        guard let pair = try encoder.encode(preference) else {
            throw Rejection("prompt_too_long", threshold: .integer(encoder.contextLength))
        }
        return [("chosen", pair.chosen), ("rejected", pair.rejected)].map { kind, answer in
            let whole = TrainingExample(prompt: pair.prompt, completion: answer)
            let cut = whole.cut(to: encoder.contextLength)
            return LossMask(
                id: preference.id, place: place, kind: kind, example: cut, isCut: cut.tokens.count < whole.tokens.count, encoder: encoder)
        }
    }
}
