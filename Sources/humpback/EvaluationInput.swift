import Evaluate
import Finetune
import Records

/// The pairs of some files that models are measured on.
struct EvaluationInput {
    private(set) var pairs: [Seed] = []
    /// Where each pair stands, if it is known.
    private(set) var places: [String?] = []
    /// Records that are no pairs: where, and why.
    private(set) var refusals: [RefusedRow] = []

    /// Throws `EvaluateError.noPairIn` for a file without a pair, rather than measure nothing.
    init(_ files: [String], fields: FieldNames = FieldNames(), limit: Int?) throws {
        for file in files {
            let reading = try SeedFile.read([file], fields: fields)
            guard !reading.seeds.isEmpty else {
                throw EvaluateError.noPairIn(
                    file: file, reasons: EvaluationResult.reasons(reading.refusals.map(\.reason)),
                    first: reading.refusals.first.map { "\($0.place): \($0.account)" })
            }
            pairs += reading.seeds
            places += reading.seeds.map { seed in reading.places[seed.id].map { "\($0)" } }
            refusals += reading.refusals
        }
        pairs = Array(pairs.prefix(limit ?? .max))
    }

    /// The records that are no pairs, by reason, with the first of them; empty where there are none.
    var refused: String {
        guard let first = refusals.first else { return "" }
        let count = refusals.count == 1 ? "1 record is no pair" : "\(refusals.count) records are no pairs"
        return "\n\(count): \(EvaluationResult.reasons(refusals.map(\.reason))), the first at \(first.place)\n"
    }
}
