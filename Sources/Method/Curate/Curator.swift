import Foundation
import LanguageModels
import Records

/// Self-curation: a judge rates each candidate pair, and the best are kept.
///
/// Li et al. 2023 (arXiv 2308.06259), section 2.3. Where the paper parses a digit out of sampled text, the score here is the expectation
/// over the rubric's labels after one forward pass, the probabilities renormalised over the labels: it needs no sampling, ranks finely,
/// and makes the paper's thresholds of 4.5 and 4 mean what they say.
public struct Curator: Sendable {
    public var judge: any LanguageModel
    public var options: CurateOptions
    private let maker: JSONObject

    public init(judge: any LanguageModel, options: CurateOptions) throws {
        let roles = judge.card.roles
        switch options.judgement {
        case .trained:
            guard roles.isEmpty || roles.contains(.judge) else { throw CurateError.notAJudge(model: judge.card.name, roles: roles) }
        case .rubric:
            guard roles.isEmpty || roles.contains(.forward) else { throw CurateError.notForward(model: judge.card.name, roles: roles) }
        }
        self.judge = judge
        self.options = options
        maker = MadeBy(stage: "curate", model: judge.card).object
    }

    /// What makes two runs give the same bytes, for `--resume` to compare.
    public var fingerprint: String { RecordID.make(["curate", maker.serialized, options.fingerprint]) }

    /// The pair with its score, its rating added to `ratings`, and `selected` set by the score; dropped where it is not selected, unless
    /// all are kept. A pair the judge gave no answer on is broken.
    public func rated(_ pair: Pair) async throws -> Outcome {
        let rating: Rating
        do {
            rating = try await rate(pair)
        } catch let rejection as Rejection {
            return .broken(pair.object, rejection)
        }
        var object = pair.object
        object["score"] = .double(rating.score)
        object["ratings"] = .array((object["ratings"]?.array ?? []) + [.object(rating.object(by: maker, iteration: options.iteration))])
        let isSelected = rating.score >= options.minimumScore
        object["selected"] = .bool(isSelected)
        if isSelected || options.keepsAll { return .kept([object]) }
        return .dropped(object, Rejection("score_low", value: .double(rating.score), threshold: .double(options.minimumScore)))
    }

    /// The judgement of one pair.
    public func rate(_ pair: Pair) async throws -> Rating {
        let rubric = options.judgement
        let fitted = try await PassageTruncation.fit(pair.output, in: judge, reserving: 1) { output in
            .chat(
                rubric == .trained
                    ? RolePrompts.trainedJudge(instruction: pair.instruction, output: output)
                    : RolePrompts.rubricJudge(instruction: pair.instruction, output: output))
        }
        guard judge.card.givesProbabilities else { return try await spokenRating(after: fitted.prompt, isTruncated: fitted.isTruncated) }
        let masses = try await judge.probabilities(of: RolePrompts.scoreLabels.map { Label(spellings: $0) }, after: fitted.prompt)
        return try Rating(rubric: rubric, masses: masses, isTruncated: fitted.isTruncated)
    }

    /// A judge without probabilities answers in text: exactly one digit, or the pair is unrated.
    private func spokenRating(after prompt: Prompt, isTruncated: Bool) async throws -> Rating {
        let answer = try await judge.complete(prompt, sampling: .greedy(maxNewTokens: 8), key: "judge")
        let digits = answer.text.split { !$0.isNumber }
        guard digits.count == 1, let score = Int(digits[0]), (1...5).contains(score) else {
            throw Rejection("score_unreadable", value: .string(answer.text), threshold: "one digit, 1 to 5")
        }
        return try Rating(rubric: options.judgement, masses: (1...5).map { $0 == score ? 1 : 0 }, isTruncated: isTruncated)
    }
}

/// How candidate pairs are rated and which are kept.
public struct CurateOptions: Sendable, Equatable {
    public var judgement: Judgement
    /// The least score of a selected pair, on the scale of 1 to 5.
    public var minimumScore: Double
    /// Writes every rated pair, with `selected` saying which passed.
    public var keepsAll: Bool
    /// The round of the loop, written into the rating.
    public var iteration: Int

    public init(judgement: Judgement = .trained, minimumScore: Double = 4.5, keepsAll: Bool = false, iteration: Int = 1) {
        self.judgement = judgement
        self.minimumScore = minimumScore
        self.keepsAll = keepsAll
        self.iteration = iteration
    }

    var fingerprint: String { "\(judgement.rawValue) \(minimumScore) \(keepsAll) \(iteration)" }
}

/// Who judges and how it is asked.
public enum Judgement: String, Sendable, CaseIterable {
    /// A model of the role judge, asked as it was trained.
    case trained
    /// A forward model given the rubric in words, as in the paper.
    case rubric = "forward"
}

/// Why curation cannot begin.
public enum CurateError: Error, CustomStringConvertible {
    case notAJudge(model: String, roles: [ModelRole])
    case notForward(model: String, roles: [ModelRole])

    public var description: String {
        switch self {
        case .notAJudge(let model, let roles):
            "\(model) was trained as \(roles.map(\.rawValue).joined(separator: ", ")), and curate asks a judge; make one with "
                + "`humpback finetune --role judge --seed-data seed.jsonl --out J`, or let a forward model judge by the written rubric with "
                + "`--judge forward`"
        case .notForward(let model, let roles):
            "\(model) was trained as \(roles.map(\.rawValue).joined(separator: ", ")), and `--judge forward` asks a model that answers "
                + "instructions; leave `--judge` out for a model of the role judge"
        }
    }
}
