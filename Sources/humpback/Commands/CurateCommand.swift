import Curate
import Foundation
import LanguageModels
import Records

extension Command {
    static let curate = Command(
        "curate", "Rates pairs and keeps the good ones.", operands: .files,
        discussion: """
            A judge reads each pair and gives a score from 1.0 to 5.0: the expected value over the five labels, from one forward pass. \
            A backward model then says how much likelier the text makes the request, and a forward model how much likelier the request makes \
            the text (the gain, in nats, is the mean of both); the part of the score above 1 counts by the probability that the two belong \
            together. \
            The score and what it is made of are added to the pair. The same rubric runs for every pair, so its beginning is computed once.
            """,
        groups: [
            OptionGroup(
                "Selection", CurateFlags.judge, CurateFlags.backward, CurateFlags.forward, CurateFlags.minScore, CurateFlags.topFraction,
                CurateFlags.keepAll, CurateFlags.iteration),
            .model, .data,
        ],
        cost: """
            The models' weights and the keys and values of the batch. A pair costs one pass of the judge, four short ones of the backward \
            model and four of the forward model, and no generation.
            """,
        examples: [
            Example("the paper's threshold", "humpback curate pairs.jsonl -o curated.jsonl"),
            Example("the best tenth", "humpback curate --top-fraction 0.1 pairs.jsonl -o curated.jsonl"),
            Example("scores for everything", "humpback curate --keep-all pairs.jsonl -o rated.jsonl"),
        ]
    ) { arguments in
        try CurateFlags.check(arguments)
        // A model of a server was not trained to judge as ours are; it reads the rubric in words unless told otherwise.
        let judgement = ModelLocator.isRemote(arguments) && !arguments.has(CurateFlags.judge) ? .rubric : arguments[CurateFlags.judge]
        let options = CurateOptions(
            judgement: judgement, minimumScore: arguments[CurateFlags.minScore] ?? 4.5, keepsAll: arguments[CurateFlags.keepAll],
            iteration: arguments[CurateFlags.iteration])
        let model = try await ModelLocator.open(arguments, for: judgement == .trained ? .judge : .forward)
        let matcher: (any LanguageModel)? =
            switch arguments[CurateFlags.backward] {
            case "none": nil
            case let folder?: try ModelLocator.open(URL(filePath: folder), arguments)
            case nil: judgement == .trained && model.card.roles.contains(.backward) ? model : nil
            }
        if matcher == nil, let given = arguments[CurateFlags.forward], given != "none" {
            throw UsageError.combination("--forward measures beside a backward model; give --backward too.")
        }
        let answerer: (any LanguageModel)? =
            switch arguments[CurateFlags.forward] {
            case "none": nil
            case let folder?: try ModelLocator.open(URL(filePath: folder), arguments)
            case nil where matcher != nil && !arguments.has(SharedOptions.model) && !arguments.has(CurateFlags.backward):
                try ModelLocator.open(ModelLocator.folder(nil, for: .forward), arguments)
            case nil: nil
            }
        let curator = try Curator(judge: model, backward: matcher, forward: answerer, options: options)
        return try await arguments.stage(concurrency: arguments.requestsInFlight) {
            try await curator.run($0, topFraction: arguments[CurateFlags.topFraction].map(TopFraction.init))
        }
    }
}
