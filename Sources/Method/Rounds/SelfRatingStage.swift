import Foundation
import Ground
import LanguageModels
import Records
import Stages

/// Answers each prompt several times, lets the model rate its own answers, and pairs the best with the worst.
struct SelfRatingStage: Sendable {
    let model: any LanguageModel
    let sampling: Sampling
    let answers: Int
    let leastGap: Double
    let iteration: Int
    private let maker: JSONObject

    init(model: any LanguageModel, sampling: Sampling, answers: Int, leastGap: Double, iteration: Int) {
        self.model = model
        self.sampling = sampling
        self.answers = answers
        self.leastGap = leastGap
        self.iteration = iteration
        maker = MadeBy(stage: "selfreward", model: model.card, sampling: sampling).object
    }

    func run(_ options: StageOptions) async throws -> StageSummary {
        let settings: JSONObject = [
            "made_by": .object(maker), "iteration": .integer(iteration), "answers": .integer(answers), "least_gap": .double(leastGap),
        ]
        return try await StageRunner(stage: "selfreward", settings: settings, options: options).run(
            over: { try RecordSource(options.inputs) }) { try await outcomes($0.object) }
    }

    /// An answer and its points.
    struct Rated: Sendable, Equatable {
        var text: String
        var score: Double
    }

    /// The preference of one prompt, and for every answer that could not be used the reason.
    func outcomes(_ object: JSONObject) async throws -> [Outcome] {
        guard let id = object["id"]?.string, let instruction = object["instruction"]?.string else {
            throw Rejection("missing_field", value: "instruction")
        }
        let tried = try await sideBySide(0..<answers) { sample -> Result<Rated, Rejection> in
            do {
                let answer = try await SelfAnswer(
                    to: instruction, system: nil, of: model, sampling: sampling, key: "\(id) answer \(sample)")
                return .success(Rated(text: answer.text, score: try await score(of: answer.text, to: instruction)))
            } catch let rejection as Rejection {
                return .failure(rejection)
            }
        }
        var outcomes: [Outcome] = []
        var rated: [Rated] = []
        for (sample, result) in tried.enumerated() {
            switch result {
            case .success(let one): rated.append(one)
            case .failure(let rejection):
                outcomes.append(.dropped(["id": .string("\(id) answer \(sample)"), "instruction": .string(instruction)], rejection))
            }
        }
        return outcomes + [preference(id, instruction, rated)]
    }

    /// The best answer against the worst, the earlier one where scores are equal.
    func preference(_ id: String, _ instruction: String, _ rated: [Rated]) -> Outcome {
        let object: JSONObject = ["id": .string(id), "instruction": .string(instruction)]
        guard let best = rated.max(by: { $0.score < $1.score }), let worst = rated.min(by: { $0.score < $1.score }), rated.count > 1 else {
            return .dropped(object, Rejection("fewer_than_two_answers", value: .integer(rated.count), threshold: 2))
        }
        let gap = ((best.score - worst.score) * 1e6).rounded() / 1e6
        guard gap >= leastGap, best.text != worst.text else {
            return .dropped(object, Rejection("tied_scores", value: .double(gap), threshold: .double(leastGap)))
        }
        let details: JSONObject = [
            "chosen_score": .double(best.score), "rejected_score": .double(worst.score),
            "scores": .array(rated.map { .double($0.score) }), "origin": .string(Origin.selfplay.rawValue),
            "iteration": .integer(iteration), "made_by": .object(maker),
        ]
        return .kept([
            Preference(id: id, prompt: instruction, chosen: best.text, rejected: worst.text, details: details).object
        ])
    }

    /// The expected number of points, 0 to 5; a `Rejection` where the model would rather say something else than a number.
    func score(of answer: String, to instruction: String) async throws -> Double {
        let prompt = Prompt.chat(RolePrompts.additiveJudge(instruction: instruction, output: answer))
        let tokens = try await model.tokenCount(of: prompt)
        guard tokens < model.card.contextLength else {
            throw Rejection("rating_too_long", value: .integer(tokens), threshold: .integer(model.card.contextLength))
        }
        let labels = RolePrompts.additiveLabels.map { Label(spellings: $0) }
        let masses = try await model.probabilities(of: labels, after: prompt)
        let mass = masses.reduce(0, +)
        guard mass >= Self.leastMass else {
            throw Rejection("answer_unrated", value: .double((mass * 1e6).rounded() / 1e6), threshold: .double(Self.leastMass))
        }
        let points = masses.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element }
        return (points / mass * 1e6).rounded() / 1e6
    }

    /// The least probability of all totals together for which a rating counts.
    private static let leastMass = 0.5
}
