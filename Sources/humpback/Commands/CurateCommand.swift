import Curate
import Finetune
import Foundation
import LanguageModels

extension Command {
    static let curate = Command(
        "curate", "Rates pairs and keeps the good ones.", operands: .files,
        discussion: """
            A backward model says how much likelier the output makes the instruction than texts that say nothing do, and with --forward a \
            forward model how much likelier the instruction makes the output (the gain, in nats). The score is 1 + 4 P, with P the probability \
            that the two belong together, by the scale that finetune fitted on held-out seeds; where a model has none, a general one serves, \
            which lets more pass: choose by --top-fraction then.

            A judge, where there is one, gives a score from 1.0 to 5.0, the expected value over the labels of its rubric, from one forward \
            pass; of it the part above 1 counts by P. A model that follows instructions judges by a rubric in words (--judge forward): the \
            paper's, another one, or your own (`humpback help rubrics`).

            Pairs can be compared instead: --top-fraction and --tokens take the best by --select, and --one-per-passage, --distinct and \
            --per-domain leave out what is too like a better one; --top-fraction is the share of what these three leave, so that of several \
            samples of a passage first the best is found, then the best of the passages. --signals writes what can be measured of a pair, for a selection of your own.

            --precision SHARE with --labels FILE sets the least score from your own verdicts on some of the pairs: the loosest of ten thresholds \
            (fewer with fewer than 400 verdicts) of which the verdicts show, all looks counted in, that the share of good pairs is at least \
            SHARE with 95 % certainty. Where none does, it says what could be had and how many verdicts more it takes.

            The score and what it is made of are added to the pair. Where no pair has the least score, the command says how high the scores \
            go, and ends with status 1.
            """,
        groups: [
            OptionGroup(
                "Selection", CurateFlags.judge, CurateFlags.backward, CurateFlags.forward, CurateFlags.minScore, CurateFlags.topFraction,
                CurateFlags.labels, CurateFlags.tokens, CurateFlags.select, CurateFlags.onePerPassage, CurateFlags.distinct,
                CurateFlags.perDomain,
                CurateFlags.signals, CurateFlags.base, CurateFlags.seedData, CurateFlags.keepAll, CurateFlags.iteration),
            OptionGroup("A judge that is told a rubric", JudgeFlags.all),
            .pairFields, .model(precision: CurateFlags.precision), .serversAndBatches, .data,
        ],
        cost: """
            The models' weights and the keys and values of the batch. A pair costs one pass of the backward model and three \
            short ones, with --forward four of the forward model, one of a judge, and no generation.
            """,
        examples: [
            Example("by the least score, 4.5", "humpback curate pairs.jsonl -o curated.jsonl"),
            Example(
                "by the gain alone, with models of your own", "humpback curate --backward B --forward M0 pairs.jsonl -o curated.jsonl"),
            Example("the best tenth", "humpback curate --top-fraction 0.1 pairs.jsonl -o curated.jsonl"),
            Example(
                "as many tokens as you can train on, from many sites, no instruction twice",
                "humpback curate --tokens 200000 --one-per-passage --distinct 0.7 --per-domain 20 pairs.jsonl -o curated.jsonl"),
            Example(
                "the tenth that is most like the seeds",
                "humpback curate --select nearness --seed-data seed.jsonl --top-fraction 0.1 pairs.jsonl -o curated.jsonl"),
            Example(
                "a judge of your own choice and rubric, which gives reasons",
                "humpback curate --model QWEN --rubric mine.txt --reasons pairs.jsonl -o curated.jsonl"),
            Example(
                "so that nine tenths of what is kept are good, by your own verdicts (humpback label)",
                "humpback curate --precision 0.9 --labels verdicts.jsonl pairs.jsonl -o curated.jsonl"),
            Example("scores for everything", "humpback curate --keep-all pairs.jsonl -o rated.jsonl"),
        ]
    ) { arguments in
        try CurateFlags.checkChoice(arguments)
        let raters = try await CurateFlags.raters(arguments)
        let options = CurateOptions(
            judgement: raters.judgement, minimumScore: arguments[CurateFlags.minScore] ?? 4.5, keepsAll: arguments[CurateFlags.keepAll],
            iteration: arguments[CurateFlags.iteration], combinesSignals: arguments[CurateFlags.select] == .combined,
            rubrics: raters.judgement == .rubric ? try JudgeFlags.rubrics(arguments) : .fivePoint,
            judgeSamples: arguments[JudgeFlags.samples], seed: arguments[SharedOptions.seed])
        if !arguments[SharedOptions.quiet], !arguments.has(CurateFlags.topFraction), !arguments.has(CurateFlags.tokens),
            let notice = GainScale.notice(for: raters.backward?.card)
        {
            complain("humpback curate: \(notice)")
        }
        let curator = try Curator(
            judge: raters.judge, backward: raters.backward, forward: raters.forward,
            signals: try await CurateFlags.reading(arguments, raters),
            options: options)
        // Of no file at all SeedFile reads standard input, where the pairs come from.
        let files = curator.judge == nil ? [] : arguments[CurateFlags.seedData]
        let seeds = files.isEmpty ? [] : try SeedFile.read(files, fields: arguments.fieldNames).seeds
        if !arguments[SharedOptions.quiet], arguments.has(CurateFlags.seedData), files.isEmpty, !arguments[CurateFlags.signals],
            !arguments[CurateFlags.select].signals.contains(.nearness)
        {
            complain("humpback curate: --seed-data is not read: it checks a judge and measures nearness, and neither is asked for.")
        }
        let isBatch = arguments.hasOption("emit-batch") || arguments.hasOption("from-batch")
        // A check asks and waits.
        let check = isBatch ? nil : try JudgeFlags.check(arguments, of: curator, seeds: seeds)
        if !arguments[SharedOptions.quiet], let notice = curator.noticeOfCombination { complain("humpback curate: \(notice)") }
        let choice = try CurateFlags.choice(arguments)
        return try await arguments.stage(concurrency: arguments.requestsInFlight) {
            try await curator.run($0, choice: choice, check: check)
        }
    }
}
