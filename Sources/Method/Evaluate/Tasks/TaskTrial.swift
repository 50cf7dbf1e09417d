import Foundation
import Ground
import LanguageModels
import Records

/// What one model made of one question.
public struct TaskAnswer: Sendable, Equatable {
    /// Each between 0 and 1.
    public var figures: [TaskMeasure: Double]
    /// What the figures were made of, by name.
    public var details: JSONObject
}

/// Asks a model the questions of a task.
///
/// A question with choices is answered by log-likelihood: each choice is scored behind the prompt and a space, and the likeliest is the
/// answer. Others are answered by what the model writes, greedily. No chat template is put around either, as the harness does by default.
struct TaskTrial: Sendable {
    let model: any LanguageModel
    let format: TaskFormat

    /// - Throws: a `Rejection` where the question does not fit the context: the harness would cut its beginning.
    func answer(_ question: TaskQuestion, prompt: String) async throws -> TaskAnswer {
        switch question.wanted {
        case .choice(let choices, let right): try await choice(among: choices, right: right, prompt: prompt)
        case .text(let answers): try await text(answers, prompt: prompt)
        }
    }

    private func choice(among choices: [String], right: [Int], prompt: String) async throws -> TaskAnswer {
        // White space belongs to the word behind it, or the tokens would be others than in running text.
        let told = String(prompt.reversed().drop(while: \.isWhitespace).reversed())
        let space = String(prompt.dropFirst(told.count)) + " "
        let asked = Prompt.text(told)
        let length = try await model.tokenCount(of: asked)
        var found: [LogLikelihood] = []
        for choice in choices {
            try await requireRoom(length + model.tokenCount(of: space + choice))
            let likelihood = try await model.logLikelihood(of: space + choice, after: asked)
            guard !likelihood.tokens.isEmpty else { throw Rejection("no_tokens", value: 0, threshold: 1) }
            found.append(likelihood)
        }
        let totals = found.map(\.total)
        func isRight(_ length: (Int) -> Int) -> Double {
            let values = totals.indices.map { totals[$0] / Double(max(1, length($0))) }
            // The first of equal ones, as the harness has it.
            let best = values.indices.reduce(0) { values[$1] > values[$0] ? $1 : $0 }
            return right.contains(best) ? 1 : 0
        }
        let most = totals.max() ?? 0
        let masses = totals.map { exp($0 - most) }
        let figures: [TaskMeasure: Double] = [
            .accuracy: isRight { _ in 1 }, .accuracyPerByte: isRight { choices[$0].utf8.count },
            .accuracyPerToken: isRight { found[$0].tokens.count },
            .trueMass: right.reduce(0) { $0 + masses[$1] } / masses.reduce(0, +),
        ]
        let details: JSONObject = [
            "right": .array(right.map { .integer($0) }), "log_probs": .array(totals.map { .double($0) }),
            "tokens": .array(found.map { .integer($0.tokens.count) }), "bytes": .array(choices.map { .integer($0.utf8.count) }),
        ]
        return TaskAnswer(figures: figures, details: details)
    }

    private func text(_ answers: [String], prompt: String) async throws -> TaskAnswer {
        try await requireRoom(model.tokenCount(of: .text(prompt)) + 1)
        var sampling = Sampling.greedy(maxNewTokens: format.maxNewTokens)
        sampling.stop = format.stop
        let completion = try await model.complete(.text(prompt), sampling: sampling, key: prompt)
        let said = completion.text
        guard format == .gsm8k else {
            let exact: Double = AnswerText.isExact(said, among: answers) ? 1 : 0
            return TaskAnswer(
                figures: [.exactMatch: exact, .f1: AnswerText.f1(said, among: answers)],
                details: ["output": .string(said), "answers": .array(answers.map { .string($0) })])
        }
        let right = AnswerText.markedNumber(answers[0]) ?? AnswerText.lastNumber(answers[0])
        let (last, marked) = (AnswerText.lastNumber(said), AnswerText.markedNumber(said))
        return TaskAnswer(
            figures: [.exactMatch: right != nil && last == right ? 1 : 0, .strictMatch: right != nil && marked == right ? 1 : 0],
            details: [
                "output": .string(said), "end": .string(completion.end.rawValue), "number": last.map { .string($0) } ?? .null,
                "answer": right.map { .string($0) } ?? .null,
            ])
    }

    private func requireRoom(_ tokens: Int) throws(Rejection) {
        guard tokens <= model.card.contextLength else {
            throw Rejection("prompt_too_long", value: .integer(tokens), threshold: .integer(model.card.contextLength))
        }
    }
}
