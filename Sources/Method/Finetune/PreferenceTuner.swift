import Foundation
import Ground
import LanguageModels
import Records
import Training
import Transformer

/// Trains a model to prefer wanted answers over unwanted ones: DPO, SPIN, IPO or hinge, against the base model as reference.
///
/// The reference's log-probabilities are computed once, before the first step, and travel with every checkpoint; adapters change nothing
/// at that moment, so that with `--lora-rank` it is the base with the adapter switched off. An answer that reaches over the context is
/// cut at its end and counted; a prompt that fills the context is left out and counted.
public struct PreferenceTuner: Sendable {
    public var plan: FinetunePlan

    public init(plan: FinetunePlan) { self.plan = plan }

    /// What went into the training.
    public struct Census: Sendable, Equatable {
        public var pairs = 0
        public var cut = 0
        public var tooLong = 0
        public var heldOut = 0
        public var answerTokens = 0

        func summary(_ loss: FinetuneLoss, options: TrainingOptions) -> String {
            "\(pairs) preferences for \(loss.rawValue), \(cut) answers cut at the context, \(tooLong) too long, "
                + "\(heldOut) pairs held out; \(options.steps) steps of \(options.batch), \(answerTokens) answer tokens an epoch"
        }
    }

    /// Encodes the pairs, measures the reference, trains and writes the model folder.
    public func run(
        preferences: [Preference], heldOut: [Seed] = [], places: [String: SourcePlace] = [:], note: @escaping @Sendable (String) -> Void,
        progress: @escaping @Sendable (TrainingProgress) -> Void
    ) async throws -> (result: TrainingJob.Result, census: Census) {
        guard let loss = plan.loss.preference(beta: plan.beta, labelSmoothing: plan.labelSmoothing) else {
            throw FinetuneError.noPreferences(refused: [])
        }
        try TrainingJob.checkOutput(plan.output, resumes: plan.resumes, replaces: plan.replaces)
        guard !preferences.isEmpty else { throw FinetuneError.noPreferences(refused: []) }
        let base = try TrainingBase(plan)
        var census = Census()
        var pairs: [PreferencePair] = []
        var refusals: [RefusedRow] = []
        for preference in preferences {
            guard let pair = try base.encoder.encode(preference) else {
                census.tooLong += 1
                if let place = places[preference.id] {
                    refusals.append(RefusedRow(place, reason: "its prompt alone fills the context of \(base.context) tokens"))
                }
                continue
            }
            census.answerTokens += pair.chosen.count + pair.rejected.count
            pairs.append(pair)
        }
        census.pairs = pairs.count
        for line in RefusedRows.lines(refusals) { note(line) }
        guard !pairs.isEmpty else { throw FinetuneError.nothingToLearn(rows: preferences.count, tooLong: census.tooLong) }
        let task = try PreferencePairs(pairs, context: base.context, order: .seeded(plan.seed))
        census.cut = task.truncatedCount
        let heldOutExamples = try heldOut.prefix(Finetuner.heldOutLimit).compactMap { try base.encoder.heldOutExample($0) }
        census.heldOut = heldOutExamples.count
        var languages = TrainingLanguages(detect: plan.detectLanguage)
        languages.add(preferences)
        let longest = task.answers.map { $0.reduce(0) { $0 + $1.inputCount } }.max() ?? 1
        let job = try base.job(
            .preferences(task, loss), heldOut: heldOutExamples, rows: pairs.count, longest: longest,
            notes: try notes(base.folder, languages),
            tokens: task.answers.reduce(0) { $0 + $1.reduce(0) { $0 + $1.inputCount } }, tell: note
        ) { [census] in census.summary(plan.loss, options: $0) }
        return (try await job.run(progress: progress), census)
    }

    /// The notes of the base, which keeps its roles.
    private func notes(_ base: ModelFolder, _ languages: TrainingLanguages) throws -> ModelNotes {
        var notes = base.notes
        notes.languages = languages.codes(base: base.notes.languages)
        if notes.roles.isEmpty { notes.roles = [ModelRole.forward.rawValue] }
        notes.base = try base.fingerprint()
        notes.gain = nil  // Fitted to the base's weights.
        notes.loss = plan.loss.rawValue
        return notes
    }
}

extension RowEncoder {
    /// Prompt and answers as the model reads them when it generates, under both source tags; nil where the prompt leaves no room.
    func encode(_ preference: Preference) throws -> PreferencePair? {
        let opening = RolePrompts.forward(preference.prompt)
        let answers = try [preference.chosen, preference.rejected].map { try lastAnswer(opening + [ChatMessage(.assistant, $0)]) }
        guard answers.allSatisfy({ $0.prompt.count < contextLength && !$0.answer.isEmpty }), answers[0].prompt == answers[1].prompt else {
            return nil
        }
        return PreferencePair(prompt: answers[0].prompt, chosen: answers[0].answer, rejected: answers[1].answer)
    }

    /// A seed as generation asks for it, with a loss on its output; nil where it does not fit.
    func heldOutExample(_ seed: Seed) throws -> TrainingExample? {
        switch try encode(.forward(seed, source: .seed, tag: RolePrompts.joinedTags)) {
        case .whole(let example), .cut(let example): example.targetCount > 0 ? example : nil
        case .tooLong: nil
        }
    }

    /// The tokens of the last assistant turn, with the one that ends it, and those before.
    private func lastAnswer(_ messages: [ChatMessage]) throws -> (prompt: [Int32], answer: [Int32]) {
        let example = try example(messages)
        let end = example.isTarget.lastIndex(of: true).map { $0 + 1 } ?? 0
        let start = example.isTarget[..<end].lastIndex(of: false).map { $0 + 1 } ?? 0
        return (Array(example.tokens[..<start]), Array(example.tokens[start..<end]))
    }
}

extension RolePrompts {
    /// A conversation's turns up to the user's last, under both source tags as generation has them.
    static func forward(_ turns: [ChatMessage]) -> [ChatMessage] {
        let system = turns.first?.role == .system ? turns.first?.content : nil
        let spoken = turns.drop { $0.role == .system }
        return forward("", system: system).filter { $0.role == .system } + spoken
    }
}
