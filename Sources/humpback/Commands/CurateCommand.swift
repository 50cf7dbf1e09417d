import Curate
import Foundation
import LanguageModels
import Records

extension Command {
    static let curate = Command(
        "curate", "Rates pairs and keeps the good ones.", operands: .files,
        discussion: """
            A judge reads each pair and gives a score from 1.0 to 5.0: the expected value over the five labels, from one forward pass. \
            A backward model then says how much likelier the text makes the request than texts that say nothing (the gain, in nats), and \
            with --forward a forward model how much likelier the request makes the text; the part of the score above 1 counts by the \
            probability that the two belong together. With --judge none that probability alone is the score. \
            The score and what it is made of are added to the pair; where no pair has the least score, the command says how high the scores \
            go, and ends with status 1. The same rubric runs for every pair, so its beginning is computed once.
            """,
        groups: [
            OptionGroup(
                "Selection", CurateFlags.judge, CurateFlags.backward, CurateFlags.forward, CurateFlags.minScore, CurateFlags.topFraction,
                CurateFlags.keepAll, CurateFlags.iteration),
            .model, .servers, .data,
        ],
        cost: """
            The models' weights and the keys and values of the batch. A pair costs one pass of the judge, one of the backward model and \
            three short ones, with --forward four of the forward model, and no generation.
            """,
        examples: [
            Example("the paper's threshold", "humpback curate pairs.jsonl -o curated.jsonl"),
            Example(
                "by the gain alone, with models of your own", "humpback curate --backward B --forward M0 pairs.jsonl -o curated.jsonl"),
            Example("the best tenth", "humpback curate --top-fraction 0.1 pairs.jsonl -o curated.jsonl"),
            Example("scores for everything", "humpback curate --keep-all pairs.jsonl -o rated.jsonl"),
        ]
    ) { arguments in
        try CurateFlags.check(arguments)
        let raters = try await CurateFlags.raters(arguments)
        let options = CurateOptions(
            judgement: raters.judgement, minimumScore: arguments[CurateFlags.minScore] ?? 4.5, keepsAll: arguments[CurateFlags.keepAll],
            iteration: arguments[CurateFlags.iteration])
        let curator = try Curator(judge: raters.judge, backward: raters.backward, forward: raters.forward, options: options)
        return try await arguments.stage(concurrency: arguments.requestsInFlight) {
            try await curator.run($0, topFraction: arguments[CurateFlags.topFraction].map(TopFraction.init))
        }
    }
}
