import Curate
import Finetune
import Ingest
import LanguageModels
import Records
import Stages

/// The options that say what a judge is told and how its answer is read.
enum JudgeFlags {
    static let rubric = Option<[String]>.files(
        "rubric", as: "NAME|FILE",
        "What a judge is told that was not trained as one: five-point (as in the paper) or additive (as in Self-Rewarding), in the pair's "
            + "language, English or German; one language alone (five-point-de); or a file of your own, as `humpback help rubrics` shows it. May "
            + "be given several times, for several languages. five-point without it; with it --judge is forward.")
    static let examples = Option<[String]>.files(
        "examples",
        "Pairs with a `score` on the rubric's scale (and `reasons`), which the judge is shown first; those of the rubric's language.")
    static let reasons = Option<Bool>.flag(
        "reasons", "Let the judge give its reasons first and then a line \"Score: n\"; it writes up to 256 tokens a pair. Read strictly.")
    static let samples = Option<Int>.integer(
        "judge-samples", as: "K", 1...64, default: 1,
        "Sample K answers of the judge and take their mean. 1 takes the expected value over the scores from one pass, where the model shows "
            + "probabilities, else its likeliest answer.")

    static let anyJudge = Option<Bool>.flag(
        "any-judge",
        "Let a judge rate that does not tell ten seed pairs from mismatched ones. Where seeds are at hand (--seed-data, or pairs of the origin "
            + "seed in the input files) such a judge is refused before the first record.")

    static let all: [any DeclaredOption] = [rubric, examples, reasons, samples, anyJudge]

    /// Whether something is said that only a judge who is told a rubric in words can do.
    static func isGiven(_ arguments: Arguments) -> Bool {
        arguments.has(rubric) || arguments.has(examples) || arguments[reasons]
    }

    /// Refuses what does not go with the judge that was chosen.
    static func check(_ arguments: Arguments, _ judgement: Judgement?) throws(UsageError) {
        if judgement != .rubric, isGiven(arguments) {
            throw .combination(
                "--rubric, --examples and --reasons are for a judge that is told a rubric in words; say --judge forward, and --model names it."
            )
        }
        if judgement == nil, arguments.has(samples) { throw .combination("--judge-samples samples a judge's answers, and nobody judges.") }
    }

    /// The rubrics that the arguments name, with their examples.
    static func rubrics(_ arguments: Arguments) throws -> Rubrics {
        let given = arguments[rubric].isEmpty ? ["five-point"] : arguments[rubric]
        var all = try given.flatMap { name -> [Rubric] in
            let builtIn = Rubric.named(name)
            return builtIn.isEmpty ? [try Rubric.read(name)] : builtIn
        }
        for index in all.indices where arguments[reasons] { all[index].givesReasons = true }
        let rubrics = Rubrics(all).showing(try JudgeExamples.read(arguments[examples], scale: all[0].scale))
        for rubric in rubrics.all { try rubric.check(file: arguments[examples].first ?? rubric.name) }
        if let other = all.first(where: { $0.scale != all[0].scale }), !arguments[examples].isEmpty {
            throw UsageError.combination(
                "\(all[0].name) and \(other.name) have different scales, so that the scores of --examples fit one only; write the examples into "
                    + "the rubrics' files.")
        }
        return rubrics
    }
    /// The check of the judge by what seeds are at hand; nil where there are not ten, nobody judges, or none is wanted.
    static func check(_ arguments: Arguments, of curator: Curator, seeds: [Seed]) throws -> JudgeCheck? {
        guard curator.judge != nil, !arguments[anyJudge] else { return nil }
        let given = seeds.map { JudgeCheck.Known(instruction: $0.instruction, output: $0.output, language: $0.language) }
        let known = try given.isEmpty ? JudgeCheck.seeds(in: arguments.operands, fields: arguments.fieldNames) : given
        var check = JudgeCheck(known)
        check?.redact = { PersonalData().replacing(in: $0).text }
        if check == nil, !known.isEmpty, !arguments[SharedOptions.quiet] {
            complain("humpback curate: the judge is not checked: \(known.count) seeds are at hand, and ten different ones are needed.")
        }
        return check
    }
}
