import Finetune
import Foundation
import Rounds

/// The single commands that make what the steps of a run make: the same records, byte for byte.
struct RunCommands {
    let arguments: Arguments
    let plan: BacktranslationPlan
    /// What of the held-out pairs `finetune` is told.
    let heldOut: String

    /// The command of each step, in the order of the steps.
    var lines: [(step: String, line: String)] {
        var lines = [("ingest", ingest)]
        if plan.backward == nil { lines.append(("backward", training("backward", role: "backward"))) }
        lines += [("augment", augment), ("M0", training("M0", role: "forward"))]
        for iteration in 1...max(1, plan.iterations) {
            if plan.judge == nil, plan.judgement == .trained {
                lines.append(("judge\(iteration)", training("judge\(iteration)", role: "judge", base: "M\(iteration - 1)")))
            }
            lines.append(("curate\(iteration)", curate(iteration)))
            lines.append(("M\(iteration)", training("M\(iteration)", role: "forward", curated: iteration)))
        }
        return lines
    }

    private func path(_ name: String) -> String { plan.directory.appending(path: name).relativePath }
    private func line(_ words: [String]) -> String { (["humpback"] + words.map(Self.quoted)).joined(separator: " ") }
    private var base: [String] { ["--base", plan.training.base.relativePath] }
    private var seeds: [String] { plan.seedFiles.flatMap { ["--seed-data", $0] } }
    private var backward: String { plan.backward ?? path("backward") }
    private var inference: [String] {
        arguments.words(of: [
            SharedOptions.precision, SharedOptions.batch, SharedOptions.keyValueMemory, SharedOptions.threads, SharedOptions.noPackedCache,
            SharedOptions.noSharedPrefixes, SharedOptions.seed, SharedOptions.maxBroken, SharedOptions.quiet,
        ])
    }

    private var ingest: String {
        let groups = [IngestFlags.wholePages, IngestFlags.rules, IngestFlags.duplicates, IngestFlags.input]
        let options = groups.flatMap { arguments.words(of: $0.options) }
        let others = arguments.words(of: [SharedOptions.exclude, SharedOptions.threads, SharedOptions.maxBroken, SharedOptions.quiet])
        return line(["ingest"] + plan.corpus + options + others + ["-o", path("passages.jsonl")])
    }

    private var augment: String {
        let options = arguments.words(of: AugmentFlags.sampling.map(\.declaration))
        let sample = plan.limit.map { ["--sample", String($0)] } ?? []
        return line(["augment", "--model", backward] + options + sample + inference + [path("passages.jsonl"), "-o", path("pairs.jsonl")])
    }

    private func curate(_ iteration: Int) -> String {
        let judge: [String] =
            switch plan.judgement {
            case .trained: ["--model", plan.judge ?? path("judge\(iteration)")]
            case .rubric: ["--judge", "forward", "--model", plan.judge ?? path("M\(iteration - 1)")]
            case nil: ["--judge", "none"]
            }
        var options = plan.judgement == .rubric ? [] : ["--backward", backward, "--forward", path("M0")]
        options += arguments.words(of: [CurateFlags.minScore.declaration, CurateFlags.topFraction.declaration])
        return line(
            ["curate"] + judge + options + ["--iteration", String(iteration)] + inference
                + [path("pairs.jsonl"), "-o", path("curated\(iteration).jsonl")])
    }

    private func training(_ name: String, role: String, base earlier: String? = nil, curated iteration: Int? = nil) -> String {
        let flags = FinetuneFlags.loop
        let renamed = [
            flags.batch.declaration.name: FinetuneFlags.stage.batch.declaration.name,
            flags.precision.declaration.name: FinetuneFlags.stage.precision.declaration.name,
        ]
        let options =
            arguments.words(of: LoopFlags.fields)
            + arguments.words(of: (FinetuneFlags.rows + flags.training + FinetuneFlags.running).map(\.declaration), named: renamed)
            + arguments.words(of: FinetuneFlags.adapters.options)
            + arguments.words(of: [SharedOptions.threads, SharedOptions.seed, SharedOptions.quiet])
        let start = earlier.map { ["--base", path($0)] } ?? base
        let data = iteration.map { [path("curated\($0).jsonl")] } ?? []
        let only = role == "forward" && iteration == nil ? ["--seed-only"] : []
        if let outside = plan.trainWith {
            let places = OutsideTraining.Places(
                data: path("\(name).data"), base: earlier.map(path) ?? plan.training.base.relativePath, out: path(name))
            let told = line(
                ["export", "--trainer", outside.trainer.rawValue, "--role", role] + start + seeds + only + ["--held-out", heldOut] + options
                    + ["--out", places.data] + data)
            return "\(told) && \(outside.line(places))"
        }
        return line(
            ["finetune", "--role", role] + start + seeds + only + ["--held-out", heldOut] + options + ["--out", path(name)] + data)
    }

    /// A word as a shell reads it back.
    private static func quoted(_ word: String) -> String {
        let isPlain = !word.isEmpty && word.allSatisfy { $0.isLetter || $0.isNumber || "-_./:=,@%+#".contains($0) }
        return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }
}
