import LanguageModels
import Records

/// What models of one role make of the same held-out pairs, side by side.
///
/// A pair that one of the models cannot be measured on (it does not fit, it is cut elsewhere, it gets no score) is left out for all of them,
/// so that every figure and every difference stands on the same pairs.
public struct Evaluation: Sendable {
    public let role: ModelRole
    public let pairs: [Seed]
    private let others: [MismatchedPairs.Others]

    /// How many pairs have no other pair that would be a wrong one; 0 where none was asked for.
    var withoutMismatch: Int { others.count { $0.strangers.isEmpty } }

    /// What one model makes of each pair.
    public enum Figures: Sendable {
        case losses([PairResult<PairLoss>])
        case scores([PairResult<PairScores>])
    }

    /// A model and what it makes of each pair.
    public struct Measurement: Sendable {
        /// What the model is called beside others.
        public var name: String
        public let card: ModelCard
        public let figures: Figures
    }

    /// Throws `EvaluateError` where there are no pairs, or too few to make wrong ones of.
    ///
    /// - Parameter mismatches: of a forward model, with how many other instructions each output is scored, for the instruction gain; with 0
    ///   there is none.
    public init(role: ModelRole, pairs: [Seed], mismatches: Int = 0) throws {
        guard !pairs.isEmpty else { throw EvaluateError.noPair }
        if role == .rewrite { throw EvaluateError.rewriterIsNotMeasured }
        if role == .judge, pairs.count < 2 { throw EvaluateError.onePairForJudge }
        self.role = role
        self.pairs = pairs
        others =
            switch role {
            case .forward: mismatches > 0 ? MismatchedPairs(pairs, strangers: mismatches).others : []
            case .backward, .judge: MismatchedPairs(pairs).others
            case .rewrite: []
            }
    }

    /// Asks one model about every pair. Nothing of the model is kept, so that the next one can take its memory.
    public func measure(
        _ model: any LanguageModel, named name: String, concurrency: Int = 64, progress: @Sendable (Int) -> Void = { _ in }
    ) async throws -> Measurement {
        let roles = model.card.roles
        guard roles.isEmpty || roles.contains(role) else { throw EvaluateError.wrongRole(model: name, roles: roles, wanted: role) }
        let (pairs, others) = (pairs, others)
        @Sendable func text(_ index: Int?, _ field: KeyPath<Seed, String> & Sendable) -> String? { index.map { pairs[$0][keyPath: field] } }
        switch role {
        case .forward:
            guard model.card.givesProbabilities else { throw EvaluateError.noLikelihoods(model: name) }
            let loss = HeldOutLoss(model: model)
            let found = try await pairs.measured(concurrency: concurrency, progress: progress) { index in
                let strangers = others.isEmpty ? [] : others[index].strangers.map { pairs[$0].instruction }
                return try await loss.loss(of: pairs[index], strangers: strangers)
            }
            return Measurement(name: name, card: model.card, figures: .losses(found))
        case .backward:
            guard model.card.givesProbabilities else { throw EvaluateError.noLikelihoods(model: name) }
            let loss = HeldOutInstructionLoss(model: model)
            let found = try await pairs.measured(concurrency: concurrency, progress: progress) { index in
                try await loss.loss(of: pairs[index], beside: text(others[index].random, \.output))
            }
            return Measurement(name: name, card: model.card, figures: .losses(found))
        case .rewrite: throw EvaluateError.rewriterIsNotMeasured
        case .judge:
            let judgement = HeldOutJudgement(model: model)
            switch try await judgement.trial() {
            case .canJudge: break
            case .saysNoLabel(let mass): throw EvaluateError.saysNoScore(model: name, mass: mass, isTrained: roles.contains(.judge))
            case .isCut: throw EvaluateError.isCut(model: name)
            }
            let found = try await pairs.measured(concurrency: concurrency, progress: progress) { index in
                try await judgement.scores(
                    of: pairs[index], near: text(others[index].near, \.instruction), random: text(others[index].random, \.instruction))
            }
            return Measurement(name: name, card: model.card, figures: .scores(found))
        }
    }

    /// The role to measure models by: the one asked for, else the one they were trained for, else forward.
    ///
    /// - Parameter models: what each is called and what it was trained for; none where it plays any role.
    /// - Throws: `EvaluateError` where a model was trained for other roles, or no role is common to all.
    public static func role(_ asked: ModelRole?, of models: [(name: String, roles: [ModelRole])]) throws -> ModelRole {
        if let asked {
            for model in models where !model.roles.isEmpty && !model.roles.contains(asked) {
                throw EvaluateError.wrongRole(model: model.name, roles: model.roles, wanted: asked)
            }
            return asked
        }
        let trained = models.filter { !$0.roles.isEmpty }
        guard let first = trained.first else { return .forward }
        let common = [ModelRole.forward, .backward, .judge, .rewrite].first { role in trained.allSatisfy { $0.roles.contains(role) } }
        if let common { return common }
        let other = trained.first { Set($0.roles).isDisjoint(with: first.roles) } ?? trained[trained.count - 1]
        throw EvaluateError.noCommonRole(first.name, first.roles, other.name, other.roles)
    }
}

/// Why models cannot be measured.
public enum EvaluateError: Error, Sendable, Equatable, CustomStringConvertible {
    case noPair
    /// - Parameter first: the first record, and why it is none.
    case noPairIn(file: String, reasons: String, first: String?)
    case noPassageIn(file: String)
    case onePairForJudge
    case rewriterIsNotMeasured
    case nothingMeasured(pairs: Int, reasons: String)
    case wrongRole(model: String, roles: [ModelRole], wanted: ModelRole)
    case noCommonRole(String, [ModelRole], String, [ModelRole])
    case noLikelihoods(model: String)
    case saysNoScore(model: String, mass: Double?, isTrained: Bool)
    case isCut(model: String)

    public var description: String {
        switch self {
        case .noPair:
            "there is no pair to measure with; give a file of records with instruction and output (or another format of seed data)."
        case .noPairIn(let file, let reasons, let first):
            (first.map { $0 + "\n" } ?? "")
                + "\(file): no record in it is a pair\(reasons.isEmpty ? ", for it is empty" : " (\(reasons))"); give records with instruction and "
                + "output, or another format of seed data."
        case .noPassageIn(let file): "\(file): no record in it is a passage; give what `humpback ingest` wrote."
        case .onePairForJudge:
            "one pair is too few to measure a judge with: wrong pairs are made of the instructions of others. Give a hundred or more."
        case .rewriterIsNotMeasured:
            "a rewriter is measured by what it does: `humpback rewrite --model R pairs.jsonl` says how many outputs it rewrote in the passages' words, "
                + "and `humpback finetune --held-out` its loss."
        case .nothingMeasured(let pairs, let reasons):
            "not one of the \(pairs) pairs could be measured (\(reasons)); give shorter pairs, or a model with a longer context."
        case .wrongRole(let model, let roles, let wanted):
            "\(model) was trained as \(Self.list(roles)), and here a \(wanted.rawValue) model is measured; leave it out, or give another --role."
        case .noCommonRole(let first, let firstRoles, let other, let otherRoles):
            "\(first) was trained as \(Self.list(firstRoles)) and \(other) as \(Self.list(otherRoles)), which are measured by different things; "
                + "run evaluate for each."
        case .noLikelihoods(let model):
            "\(model) gives no log-probabilities, which a loss is made of; take a model that runs here, or measure it with --role judge."
        case .saysNoScore(let model, let mass, let isTrained):
            JudgeTrial.advice(model: model, mass: mass, isTrained: isTrained)
        case .isCut(let model): JudgeTrial.adviceOfCuts(model: model)
        }
    }

    private static func list(_ roles: [ModelRole]) -> String { roles.map(\.rawValue).joined(separator: " and ") }
}
