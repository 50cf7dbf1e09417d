import Foundation
import LanguageModels
import Records

extension Curator {
    /// Rates the pairs of the options' inputs and writes those that pass, in their order; a pair that was not rated is broken.
    ///
    /// Throws `CurateError` at the first pair without a score where a judge without that role gives none for plain pairs either.
    ///
    /// With a top fraction the rated pairs wait in a file of their own, `OUTPUT.rated`, until all ranks are known.
    public func run(_ stage: StageOptions, topFraction: TopFraction? = nil) async throws -> StageSummary {
        guard let topFraction else { return try await rateAll(stage, as: self) }
        let waiting =
            stage.output.map { $0 + ".rated" } ?? FileManager.default.temporaryDirectory.appending(path: "rated-\(UUID()).jsonl").path
        var ratesAll = self
        ratesAll.options.keepsAll = true
        var first = stage
        first.output = waiting
        first.summary = nil
        // A finished rating of an interrupted selection is taken as it stands; a run with `--force` or to a pipe begins anew.
        first.force = !stage.resume
        let rated = try await rateAll(first, as: ratesAll)
        guard !rated.isInterrupted else { return rated }
        let summary = try await select(topFraction, from: waiting, stage: stage, rated: rated)
        if let rejects = stage.rejects { try append(waiting + ".rejects", to: rejects) }
        if !summary.isInterrupted { try? FileManager.default.removeItem(atPath: waiting) }
        return summary
    }

    private func rateAll(_ stage: StageOptions, as curator: Curator) async throws -> StageSummary {
        let longest = stage.longestRecord
        let (judgement, isTrained) = (curator.options.judgement, curator.judge.card.roles.contains(.judge))
        let trial = JudgeTrial(curator.judge) { judgement.turns(instruction: $0, output: $1) }
        let runner = StageRunner(stage: "curate", settings: curator.settings, options: stage)
        return try await runner.run(over: { try RecordSource(stage.inputs, longest: longest) }) { record in
            let outcome: Outcome
            do {
                outcome = try await curator.rated(try Pair(record.object))
            } catch let unsayable as LabelNotOneToken {
                throw CurateError.noLabels(unsayable)
            }
            // The first pair without a score tells whether there will ever be one; a trained judge leaves the pair unrated.
            if case .broken(_, let rejection) = outcome, !isTrained, JudgeTrial.concerns(rejection),
                case .saysNoLabel(let mass) = try await trial.verdict()
            {
                throw CurateError.saysNoScore(model: curator.judge.card.name, mass: mass)
            }
            return [outcome]
        }
    }

    private func select(
        _ topFraction: TopFraction, from waiting: String, stage: StageOptions, rated: StageSummary
    ) async throws -> StageSummary {
        var ranks = [TopFraction.Rank]()
        var source = try RecordSource([waiting], longest: stage.longestRecord)
        while let item = try source.next() {
            guard case .item(let record) = item.content, let pair = try? RatedPair(record.object) else { continue }
            ranks.append(TopFraction.Rank(id: pair.pair.id, score: pair.score))
        }
        let cut = topFraction.cut(of: ranks)
        var second = stage
        (second.inputs, second.limit, second.sample, second.exclude) = ([waiting], nil, nil, nil)
        second.rejects = stage.rejects == nil ? nil : waiting + ".rejects"
        var settings = settings
        settings["top_fraction"] = .double(topFraction.fraction)
        let keepsAll = options.keepsAll
        var summary = try await StageRunner(stage: "select", settings: settings, options: second).run { record in
            let pair = try RatedPair(record.object)
            let isSelected = cut.map { TopFraction.Rank(id: pair.pair.id, score: pair.score) >= $0 } ?? false
            var object = record.object
            object["selected"] = .bool(isSelected)
            if isSelected || keepsAll { return .kept([object]) }
            return .dropped(object, Rejection("below_top_fraction", value: .double(pair.score), threshold: .double(cut?.score ?? 5)))
        }
        summary.broken.merge(rated.broken, uniquingKeysWith: +)
        summary.brokenItems += rated.brokenItems
        summary.read += rated.brokenCount
        return summary
    }

    /// Moves the pairs that the ranking refused behind those that were not rated.
    private func append(_ refused: String, to rejects: String) throws {
        let source = try FileHandle(forReadingFrom: URL(filePath: refused))
        let target = try FileHandle(forWritingTo: URL(filePath: rejects))
        try target.seekToEnd()
        while let piece = try source.read(upToCount: 1 << 20), !piece.isEmpty { try target.write(contentsOf: piece) }
        try target.close()
        try FileManager.default.removeItem(atPath: refused)
    }
}
