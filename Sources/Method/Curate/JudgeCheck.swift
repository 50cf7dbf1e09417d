import Foundation
import Ground
import LanguageModels
import Records
import Stages

/// Whether a judge tells true pairs from mismatched ones, asked before it rates the first record.
///
/// Ten pairs of people are scored as they are, and each output once more with the instruction of another of the ten. The area under the ROC
/// curve (the chance that a true pair scores higher than a mismatched one, equal scores counted half) must be 0.7 or more: a judge that
/// guesses reaches it once in fifteen times, one whose area over many pairs is .9 misses it once in a hundred. The ten are chosen by a hash
/// of their texts, so that the same seeds always ask the same.
public struct JudgeCheck: Sendable {
    /// A pair that belongs together.
    public struct Known: Sendable, Equatable {
        public var instruction: String
        public var output: String
        public var language: String?

        public init(instruction: String, output: String, language: String? = nil) {
            self.instruction = instruction
            self.output = output
            self.language = language
        }
    }

    /// How many true pairs are asked about.
    public static let count = 10
    /// The least area with which a judge is believed.
    public static let leastArea = 0.7

    /// Ten, no instruction and no output twice.
    let pairs: [Known]
    /// Takes personal data out of what a judge wrote, before a person is shown it.
    public var redact: @Sendable (String) -> String = { $0 }

    /// Nil where there are not ten pairs.
    public init?(_ known: [Known]) {
        var (instructions, outputs) = (Set<String>(), Set<String>())
        let hashed = known.map { (hash: stableHash64($0.instruction + "\u{0}" + $0.output, seed: 0xC4EC), pair: $0) }
        var chosen: [Known] = []
        for (_, pair) in hashed.sorted(by: { ($0.hash, $0.pair.output) < ($1.hash, $1.pair.output) }) where chosen.count < Self.count {
            guard !instructions.contains(pair.instruction), !outputs.contains(pair.output) else { continue }
            instructions.insert(pair.instruction)
            outputs.insert(pair.output)
            chosen.append(pair)
        }
        guard chosen.count == Self.count else { return nil }
        pairs = chosen
    }

    /// The seeds among the first records of some files; none where a file can be read once only, as a pipe.
    public static func seeds(in files: [String], fields: FieldNames = FieldNames()) throws -> [Known] {
        guard !files.isEmpty, FileStatus.areReadableTwice(files) else { return [] }
        var (known, left) = ([Known](), recordsLookedAt)
        var source = try RecordSource(files, fields: fields)
        while left > 0, let item = try source.next() {
            left -= 1
            guard case .item(let record) = item.content, record.object["origin"]?.string == Origin.seed.rawValue,
                let pair = try? Pair(record.object)
            else { continue }
            known.append(Known(instruction: pair.instruction, output: pair.output, language: pair.language))
        }
        return known
    }

    private static let recordsLookedAt = 10_000

    /// The area, by the pairs that the judge scored both ways.
    ///
    /// - Throws: `JudgeCheckError` where the area is too small, or too few pairs were scored.
    public func area(of judge: Judge) async throws -> Double {
        let pairs = pairs
        let found = try await sideBySide(0..<2 * pairs.count) { number -> Result<Double, Rejection> in
            let pair = pairs[number / 2]
            let isTrue = number.isMultiple(of: 2)
            let instruction = isTrue ? pair.instruction : pairs[(number / 2 + 1) % pairs.count].instruction
            do {
                let key = "judge check \(number)"
                return .success(try await judge.score(of: pair.output, to: instruction, language: pair.language, key: key).score)
            } catch let rejection as Rejection {
                return .failure(rejection)
            } catch let unsayable as LabelNotOneToken {
                throw CurateError.noLabels(unsayable)
            }
        }
        let scores = found.map { try? $0.get() }
        let labelled = pairs.indices.flatMap { index -> [Calibration.Labelled] in
            guard let right = scores[2 * index], let wrong = scores[2 * index + 1] else { return [] }
            return [.init(score: right, isGood: true), .init(score: wrong, isGood: false)]
        }
        let rubric = judge.rubric(of: pairs[0].output, language: pairs[0].language).name
        guard labelled.count >= Self.count else {
            throw JudgeCheckError.scoresTooFew(
                model: judge.model.card.name, rubric: rubric, scored: labelled.count / 2, said: said(found))
        }
        let area = try Calibration(labelled).separation
        guard area >= Self.leastArea else {
            throw JudgeCheckError.cannotTell(model: judge.model.card.name, rubric: rubric, area: area)
        }
        return area
    }

    /// Up to two of the answers without a score, each on a line of its own words, cut, with the reason.
    private func said(_ found: [Result<Double, Rejection>]) -> [String] {
        var lines: [String] = []
        for case .failure(let rejection) in found where lines.count < 2 {
            let words: String
            if let text = rejection.value.string {
                let line = redact(text).singleSpaced
                words =
                    line.isEmpty ? "nothing" : "\"\(line.prefix(Self.longestQuotation))\(line.count > Self.longestQuotation ? "…" : "")\""
            } else if let mass = rejection.value.double {
                words = "the labels at a probability of \(Figures.fixed(mass, 3)) together"
            } else {
                continue
            }
            let line = "\(words) (\(rejection.reason))"
            if !lines.contains(line) { lines.append(line) }
        }
        return lines
    }

    /// In characters.
    private static let longestQuotation = 100
}

extension Curator {
    /// Checks the judge, unless an earlier run did before it began the output; says what came of it.
    func check(_ check: JudgeCheck?, before stage: StageOptions) async throws {
        guard let check, let judge = ratingJudge else { return }
        let begun = stage.output.map { [$0 + ".progress", $0 + ".rated.progress"] } ?? []
        if stage.resume, begun.contains(where: FileManager.default.fileExists) { return }
        let area = try await check.area(of: judge)
        guard !stage.quiet else { return }
        StandardStreams.say(
            "curate: the judge tells \(JudgeCheck.count) true pairs from \(JudgeCheck.count) mismatched ones (AUC \(Figures.fixed(area, 2)))\n"
        )
    }
}

/// Why a judge is not believed.
public enum JudgeCheckError: Error, Sendable, Equatable, CustomStringConvertible {
    case cannotTell(model: String, rubric: String, area: Double)
    /// - Parameter said: some answers without a score, for a person to see what the model does instead.
    case scoresTooFew(model: String, rubric: String, scored: Int, said: [String])

    public var description: String {
        switch self {
        case .cannotTell(let model, let rubric, let area):
            "\(model), asked by the rubric \(rubric), does not tell \(JudgeCheck.count) true pairs from \(JudgeCheck.count) mismatched ones: AUC "
                + "\(Figures.fixed(area, 2)), where 1 is always right, 0.5 a coin, and \(JudgeCheck.leastArea) is needed. " + Self.advice
        case .scoresTooFew(let model, let rubric, let scored, let said):
            "\(model), asked by the rubric \(rubric), gave \(scored) of \(JudgeCheck.count) pairs and their mismatched twins a score. "
                + (said.isEmpty ? "" : "It wrote \(said.joined(separator: ", and ")). ") + Self.advice
        }
    }

    private static let advice =
        "Let likelihoods rate alone (`--judge none`), try another rubric (`--rubric`, `--examples`), take a bigger model or one of the role "
        + "judge (`humpback finetune --role judge`), or go on all the same with `--any-judge`."
}
