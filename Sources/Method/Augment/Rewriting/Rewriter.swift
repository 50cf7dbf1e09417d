import Foundation
import Ground
import LanguageModels
import Records
import Stages

/// Rewriting: a model of the role rewrite, or one that follows instructions, turns the passage of a pair into a direct answer to the instruction, in the passage's words.
///
/// After Nguyen et al. 2024 (arXiv 2408.04614), with the passage as the only source (see `RewritePrompt`). Whatever `RewriteCheck`
/// objects to leaves the pair as it was, and says why: nothing is lost, and nothing is invented. What the rewriting replaces stands in
/// `original`: output, origin, and the score, which was the original's.
///
/// Of 16 passages of forums and unfiltered pages a rewriter over SmolLM2-135M-Instruct (adapters of rank 16, 160 Dolly seeds read once)
/// rewrote 7, said 6 again as they were and did not end 3. Told in words, SmolLM2-135M-Instruct and Qwen2.5-Coder-0.5B-Instruct rewrote one of
/// 7 each within the checks.
public struct Rewriter: Sendable {
    public let model: any LanguageModel
    public let options: RewriteOptions
    private let maker: JSONObject

    /// Throws `RewriteError` where the model cannot be told what to do.
    public init(model: any LanguageModel, options: RewriteOptions = RewriteOptions()) throws {
        let roles = model.card.roles
        guard roles.isEmpty || roles.contains(.forward) || roles.contains(.rewrite) else {
            throw RewriteError.wrongRole(model: model.card.name, roles: roles)
        }
        guard model.card.hasChatTemplate || roles.contains(.rewrite) else { throw RewriteError.noTemplate(model: model.card.name) }
        self.model = model
        self.options = options
        maker = MadeBy(stage: "rewrite", model: model.card, sampling: options.sampling, prompts: RewritePrompt.version).object
    }

    /// What makes two runs give the same bytes, for `--resume` to compare.
    public var settings: JSONObject {
        [
            "made_by": .object(maker), "least_kept": .double(options.leastKept), "only_rewritten": .bool(options.keepsRewrittenAlone),
            "checks": .string(RewriteCheck.version),
        ]
    }

    /// The pair rewritten, or as it was with the reason; that one is dropped where rewritten pairs alone are wanted.
    public func outcome(of pair: Pair) async throws -> Outcome {
        do {
            return .kept([try await rewritten(pair)])
        } catch let rejection as Rejection where rejection.isPassing {
            throw rejection
        } catch let rejection as Rejection {
            if options.keepsRewrittenAlone { return .dropped(pair.object, rejection) }
            var object = pair.object
            object["rewriting"] = [
                "kept": "original", "reason": .string(rejection.reason), "value": rejection.value, "threshold": rejection.threshold,
            ]
            return .kept([object])
        }
    }

    /// Throws the `Rejection` for which the original stays.
    private func rewritten(_ pair: Pair) async throws -> JSONObject {
        switch pair.origin {
        case .seed?: throw Rejection("rewrite_of_seed", value: "seed", threshold: "a passage of a page")
        case .rewritten?: throw Rejection("rewrite_again", value: "rewritten", threshold: "a passage as it was found")
        default: break
        }
        guard pair.isSelected else { throw Rejection("not_selected", value: pair.object["score"] ?? .null) }
        let language = pair.language ?? LanguageDetector.shared.detect(pair.output)?.code
        let prompt = Prompt.chat(RewritePrompt(language: language).turns(instruction: pair.instruction, passage: pair.output))
        var sampling = options.sampling
        // An answer whose words come from the passage is hardly longer than it.
        let room = try await model.tokenCount(of: pair.output)
        sampling.maxNewTokens = min(sampling.maxNewTokens, room + room / 4 + 32)
        let (tokens, limit) = (try await model.tokenCount(of: prompt), model.card.contextLength - sampling.maxNewTokens)
        guard tokens <= limit else { throw Rejection("prompt_too_long", value: .integer(tokens), threshold: .integer(limit)) }
        let completion = try await model.complete(prompt, sampling: sampling, key: "\(pair.id) rewriting")
        let text = Self.cleaned(completion.text)
        let written = RewriteCheck.Written(text, isCutOff: completion.end == .length)
        let check = RewriteCheck(leastKept: options.leastKept)
        if let rejection = check.rejection(of: written, passage: pair.output, instruction: pair.instruction) { throw rejection }
        let share = RewriteCheck.keptShare(of: written.words, in: WrittenInstruction.words(pair.output))
        return record(of: pair, output: text, keptShare: share)
    }

    private func record(of pair: Pair, output: String, keptShare: Double) -> JSONObject {
        var object = pair.object
        var original: JSONObject = ["output": .string(pair.output)]
        for field in ["origin", "score", "ratings", "signals", "rewriting"] {
            if field != "rewriting" { original[field] = object[field] }
            if field != "origin" { object[field] = nil }
        }
        object["output"] = .string(output)
        object["origin"] = .string(Origin.rewritten.rawValue)
        object["rewriting"] = ["kept": "rewritten", "share": .double(keptShare)]
        object["rewritten_by"] = .object(maker)
        object["original"] = .object(original)
        return object
    }

    /// The answer without thoughts, without a first line that only says that it comes, and without a label before it.
    static func cleaned(_ text: String) -> String {
        var rest = InstructionCleaner.trimmed(ThoughtBlock(text).answer ?? "")
        if rest.hasPrefix("```"), rest.hasSuffix("```"), let line = rest.firstIndex(of: "\n") {
            rest = InstructionCleaner.trimmed(rest[line...].dropLast(3))
        }
        if let end = rest.firstIndex(where: \.isNewline) {
            let first = rest[..<end].filter { $0 != "*" }.lowercased()
            let announces = (CleanerWords.assent + announcing).contains(where: first.hasPrefix)
            if announces, first.hasSuffix(":") { rest = InstructionCleaner.trimmed(rest[end...]) }
        }
        let small = rest.lowercased()
        if let label = labels.first(where: small.hasPrefix) { rest = InstructionCleaner.trimmed(rest.dropFirst(label.count)) }
        return rest
    }

    private static let announcing = ["here is the", "here's the", "the answer", "a direct answer", "hier ist die", "die antwort"]
    private static let labels = ["**answer:**", "**antwort:**", "answer:", "antwort:", "direct answer:", "direkte antwort:"]
}

/// How passages are rewritten.
public struct RewriteOptions: Sendable, Equatable {
    /// The least share of a rewritten output's words that come from the passage.
    public var leastKept: Double
    /// Drops the pairs whose original stays.
    public var keepsRewrittenAlone: Bool
    public var sampling: Sampling

    public init(
        leastKept: Double = 0.8, keepsRewrittenAlone: Bool = false, sampling: Sampling = .greedy(maxNewTokens: 1024)
    ) {
        self.leastKept = leastKept
        self.keepsRewrittenAlone = keepsRewrittenAlone
        self.sampling = sampling
    }
}

extension Rewriter {
    private var isTrained: Bool { model.card.roles.contains(.rewrite) }
    private var isRemote: Bool { model.card.precision == "remote" }

    /// What a person must know of a model that never learned to rewrite; nil of one that did, and of servers, whose models nobody knows here.
    public var notice: String? {
        guard !isTrained, !isRemote else { return nil }
        return
            "\(model.card.name) has not learned to rewrite and is told in words what to do, which small models rarely can, so that most outputs will "
            + "stay as they are: \(Self.training)"
    }

    private static let training =
        "`humpback finetune --role rewrite --lora-rank 16 --seed-data seed.jsonl --out R` makes a rewriter of a small model (--base MODEL names it), "
        + "and `--model R` takes it."

    /// What helps where hardly anything was rewritten.
    private var advice: String {
        if isTrained {
            return "train it on more seeds or for longer, or let more pass by --least-kept; --only-rewritten leaves those pairs out."
        }
        return (isRemote ? "take a model that follows instructions better, or train one; " : "train a rewriter; ") + Self.training
    }

    /// Rewrites the pairs of the options' inputs, in their order; says at the end how many were.
    public func run(_ stage: StageOptions) async throws -> StageSummary {
        let tally = RewriteTally()
        let summary = try await StageRunner(stage: "rewrite", settings: settings, options: stage).run { record in
            let outcome = try await outcome(of: Pair(record.object))
            tally.add(outcome)
            return outcome
        }
        if !stage.quiet, let words = tally.words(advice: advice) { StandardStreams.say("rewrite: \(words)\n") }
        return summary
    }
}

/// Why rewriting cannot begin.
public enum RewriteError: Error, Sendable, Equatable, CustomStringConvertible {
    case wrongRole(model: String, roles: [ModelRole])
    case noTemplate(model: String)

    public var description: String {
        switch self {
        case .wrongRole(let model, let roles):
            "\(model) was trained as \(roles.map(\.rawValue).joined(separator: ", ")), and rewrite asks a model of that role or one that "
                + "follows instructions: make one with `humpback finetune --role rewrite --seed-data seed.jsonl --out R`, or give an instruct model "
                + "by --model"
        case .noTemplate(let model):
            "\(model) is a base model without a chat template, which continues texts and follows no instructions; make a rewriter of it "
                + "with `humpback finetune --role rewrite --base MODEL --seed-data seed.jsonl --out R`, or give an instruct model by --model"
        }
    }
}
