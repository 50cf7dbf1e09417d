import LanguageModels
import Records
import Training
import Transformer

extension Finetuner {
    /// A row, and what training reads of it.
    struct PreparedRow: Sendable {
        let row: RoleRow
        let example: TrainingExample
        let isCut: Bool
    }

    /// All that a training of one role reads, without its weights.
    struct PreparedRows {
        var base: TrainingBase
        var examples: [PreparedRow]
        var heldOut: [TrainingExample]
        /// Seeds kept back to fit the gain of a backward model on.
        var fitting: [Seed]
        var notes: ModelNotes
        var census: Census
    }

    /// Encodes the rows as `run` does, for somebody else to train on.
    ///
    /// - Throws: `FinetuneError.noSeeds`, `FinetuneError.nothingToLearn`, and what is wrong with the base.
    func preparedRows(
        seeds: [Seed], curated: [Pair], heldOut: [Seed], places: [String: SourcePlace], note: (String) -> Void
    ) throws -> PreparedRows {
        guard !seeds.isEmpty else { throw FinetuneError.noSeeds(refused: []) }
        let base = try TrainingBase(plan)
        var census = Census()
        let (seeds, fitting) = fitsGain ? GainFit.split(seeds, heldOut: heldOut) : (seeds, [])
        let rows = self.rows(seeds: seeds, curated: curated)
        let examples = try encode(rows, with: base.encoder, census: &census)
        noteTooLong(census, base, places, note)
        guard !examples.isEmpty else { throw FinetuneError.nothingToLearn(rows: rows.count, tooLong: census.tooLong) }
        let heldOutExamples = try self.heldOut(heldOut, base)
        census.heldOut = heldOutExamples.count
        let languages = languages(seeds: seeds, curated: curated)
        return PreparedRows(
            base: base, examples: examples, heldOut: heldOutExamples, fitting: fitting,
            notes: try notes(base: base.folder, rows: rows, languages), census: census)
    }
}
