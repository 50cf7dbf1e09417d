import Ground
import Records

/// Whether a model can judge at all: what it says after the judge's prompt around three plain pairs.
///
/// A judge that now and then says no label leaves a record unrated; one that never does would leave every record so. A stage that meets an
/// unrated record asks here, once, whether to go on. The pairs are fixed, so that the finding depends on the model alone.
public actor JudgeTrial {
    private let judge: Judge
    private var finding: Finding?

    /// What came of the three pairs.
    public enum Finding: Sendable, Equatable {
        case canJudge
        /// Not one pair got a label; the largest probability that all labels together had, nil for a judge that answers in text.
        case saysNoLabel(mass: Double?)
        /// Every answer was cut before a score.
        case isCut
    }

    public init(_ judge: Judge) { self.judge = judge }

    /// Whether the reason says that a judge gave no label.
    public static func concerns(_ rejection: Rejection) -> Bool {
        rejection.reason == "label_mass_low" || SpokenScore.reasons.contains(rejection.reason)
    }

    /// What the judge makes of the pairs, asked the first time only.
    public func verdict() async throws -> Finding {
        if let finding { return finding }
        var (mass, refused, cut): (Double?, Int, Int) = (nil, 0, 0)
        for (instruction, output) in Self.pairs {
            do {
                _ = try await judge.score(of: output, to: instruction, language: "en")
                finding = .canJudge
                return .canJudge
            } catch let rejection as Rejection {
                // A context too short for a pair says nothing of the labels.
                guard Self.concerns(rejection) else { continue }
                refused += 1
                if rejection.reason == "answer_cut" { cut += 1 }
                if let found = rejection.value.double { mass = max(mass ?? 0, found) }
            }
        }
        let found: Finding = refused == 0 ? .canJudge : cut == refused ? .isCut : .saysNoLabel(mass: mass)
        finding = found
        return found
    }

    /// What a person whose judge says no label reads.
    ///
    /// - Parameter isTrained: whether the model has the role judge, and was asked as it was trained.
    public static func advice(model: String, mass: Double?, isTrained: Bool) -> String {
        let found =
            mass.map { "gives the labels together a probability of \(($0 * 1000).rounded() / 1000) at most (0.5 is needed)" }
            ?? "answers without a score"
        return "\(model) \(found), even for plain pairs: it cannot judge. "
            + (isTrained
                ? "Train it for longer, or on more seeds"
                : "Make a judge of it with `humpback finetune --role judge --base MODEL --seed-data seed.jsonl --out J`")
            + " and give that, or a larger model that follows instructions with `--judge forward`."
    }

    /// What a person reads whose judge never comes to the score.
    public static func adviceOfCuts(model: String) -> String {
        "\(model) gives no score: the answer was cut before a score, even for plain pairs. It explains or thinks at length; tell its server to "
            + "have it answer without thinking, or judge with another model."
    }

    private static let pairs = [
        ("What is the capital of France?", "The capital of France is Paris."),
        (
            "How long do I boil an egg?",
            "Six minutes for a soft egg and ten minutes for a hard one, counted from when the water boils again."
        ),
        ("What is a glacier?", "A bicycle has two wheels, a frame, a saddle and a chain that turns the wheel at the back."),
    ]
}
