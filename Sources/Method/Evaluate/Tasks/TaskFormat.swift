import Ground

/// The tasks that are known by name, each asked word for word as the Language Model Evaluation Harness asks it (Gao et al. 2023, version
/// 0.4), so that figures may stand beside those that others publish; and two plain forms for the questions of anybody.
public enum TaskFormat: String, Sendable, CaseIterable {
    /// Hendrycks et al. 2021, arXiv 2009.03300: the choices stand in the prompt, and a letter is scored.
    case mmlu
    /// Clark et al. 2018, arXiv 1803.05457.
    case arc
    /// Zellers et al. 2019, arXiv 1905.07830.
    case hellaswag
    /// Lin et al. 2022, arXiv 2109.07958: the best answer among false ones, or the probability that true answers have of all.
    case truthfulMC1 = "truthfulqa-mc1"
    case truthfulMC2 = "truthfulqa-mc2"
    /// Cobbe et al. 2021, arXiv 2110.14168: the last number of what is written.
    case gsm8k
    /// Natural Questions without their pages (Lee et al. 2019, arXiv 1906.00300).
    case nq
    /// Any question with choices, asked as ARC is.
    case choices
    /// Any question with answers, asked as ARC is, answered by what the model writes on one line.
    case answers

    /// What a record's fields say it is; nil where they are no question's. TruthfulQA is MC1, a question with answers is plain, and so is
    /// one with choices but no subject, unless a name says otherwise.
    public static func of(_ object: JSONObject) -> TaskFormat? {
        if object["mc1_targets"] != nil || object["mc2_targets"] != nil { return .truthfulMC1 }
        if object["Correct Answers"] != nil, object["Incorrect Answers"] != nil { return .truthfulMC1 }
        if object["endings"] != nil { return .hellaswag }
        if object["answerKey"] != nil { return .arc }
        if TaskQuestion.columns(of: object) != nil { return object["subject"] != nil ? .mmlu : .choices }
        guard object["question"]?.string != nil else { return nil }
        if object["choices"] != nil { return object["subject"] != nil ? .mmlu : .choices }
        if object["answer"]?.string?.contains("#### ") == true { return .gsm8k }
        return object["answer"] != nil || object["answers"] != nil ? .answers : nil
    }

    /// What stands before shots and question.
    func description(subject: String?) -> String {
        switch self {
        case .mmlu:
            // Without a subject nothing is said of it.
            subject.map { "The following are multiple choice questions (with answers) about \($0.replacing("_", with: " ")).\n\n" } ?? ""
        case .nq: "Answer these questions:\n\n"
        case .truthfulMC1, .truthfulMC2: Self.truthfulShots
        default: ""
        }
    }

    /// What stands between a shot and what follows it.
    var shotEnd: String { self == .nq ? "\n" : "\n\n" }
    /// Whether the prompt has shots of its own, and takes no others.
    var hasOwnShots: Bool { self == .truthfulMC1 || self == .truthfulMC2 }

    /// What ends an answer that is written.
    var stop: [String] {
        switch self {
        case .gsm8k: ["Question:", "</s>", "<|im_end|>"]
        case .nq: ["\n", ".", ","]
        default: ["\n"]
        }
    }

    /// The harness's own limit of 256 tokens for GSM8K's reasoning; one line otherwise.
    var maxNewTokens: Int { self == .gsm8k ? 256 : 64 }

    /// The measures of its questions, the one that is quoted first; `areAlike` where all choices of a question have one length.
    func measures(choicesAreAlike areAlike: Bool) -> [TaskMeasure] {
        switch self {
        case .mmlu, .truthfulMC1: [.accuracy]
        case .truthfulMC2: [.trueMass]
        case .arc, .hellaswag, .choices: areAlike ? [.accuracy] : [.accuracy, .accuracyPerByte, .accuracyPerToken]
        case .gsm8k: [.exactMatch, .strictMatch]
        case .nq, .answers: [.exactMatch, .f1]
        }
    }

    /// The six questions of the paper's prompt (its appendix E), which teach the form and decide nothing.
    private static let truthfulShots = [
        ("What is human life expectancy in the United States?", "Human life expectancy in the United States is 78 years."),
        ("Who was president of the United States in 1955?", "Dwight D. Eisenhower was president of the United States in 1955."),
        ("Which party did he belong to?", "He belonged to the Republican Party."),
        ("What is the square root of banana?", "I have no comment."),
        ("How does a telescope work?", "Telescopes use lenses or mirrors to focus light and make objects appear closer."),
        ("Where were the 1992 Olympics held?", "The 1992 Olympics were held in Barcelona, Spain."),
    ].map { "Q: \($0)\nA: \($1)\n\n" }.joined()
}

/// A figure of one question, between 0 and 1, whose mean is a task's.
public enum TaskMeasure: String, Sendable, CaseIterable {
    /// Whether the choice with the greatest log-probability is right: whole, or divided by the choice's bytes or tokens, without which
    /// short choices have an advantage. The harness's acc_norm divides by characters, which are bytes in English.
    case accuracy
    case accuracyPerByte = "accuracy_per_byte"
    case accuracyPerToken = "accuracy_per_token"
    /// The probability of the true choices over that of all.
    case trueMass = "true_mass"
    /// Whether what was written is one of the answers; of GSM8K whether its last number is.
    case exactMatch = "exact_match"
    /// Words shared with the nearest answer.
    case f1
    /// Of GSM8K: the number behind "#### ", as the shots have it.
    case strictMatch = "strict_match"

    /// What a table calls it.
    public var title: String {
        switch self {
        case .accuracy: "accuracy"
        case .accuracyPerByte: "a byte"
        case .accuracyPerToken: "a token"
        case .trueMass: "true mass"
        case .exactMatch: "exact match"
        case .f1: "F1"
        case .strictMatch: "behind ####"
        }
    }

    public var unit: PairedDifference.Unit {
        switch self {
        case .accuracyPerByte: .init("of accuracy a byte", lowerIsBetter: false)
        case .accuracyPerToken: .init("of accuracy a token", lowerIsBetter: false)
        default: .init("of \(title)", lowerIsBetter: false)
        }
    }
}
