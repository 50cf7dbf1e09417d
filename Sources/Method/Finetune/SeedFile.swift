import Ground
import Records
import Stages

/// Files of human-written pairs, in any format that `Seed` reads.
public enum SeedFile {
    /// What some files hold.
    public struct Reading: Sendable {
        public var seeds: [Seed] = []
        /// Where each seed stands, by its id.
        public var places: [String: SourcePlace] = [:]
        /// Records that are no usable seeds: where, and why.
        public var refusals: [RefusedRow] = []
    }

    /// The seeds of some files in their order; a record that is no usable seed is kept apart with its place and reason.
    ///
    /// Throws where a line is not JSON at all, and for a record of another stage.
    /// - Parameters:
    ///   - allTurns: whether every answer of a conversation is wanted, and not the first alone.
    ///   - fields: what the files call instruction and output.
    public static func read(_ files: [String], allTurns: Bool = false, fields: FieldNames = FieldNames()) throws -> Reading {
        var reading = Reading()
        for record in try RecordSource.readAll(files, fields: fields) {
            do {
                let seed = try Seed(record.object)
                try seed.requireLearned(allTurns: allTurns)
                reading.seeds.append(seed)
                reading.places[seed.id] = record.place
            } catch let rejection as Rejection {
                reading.refusals.append(RefusedRow(record.place, rejection))
            } catch let RecordsError.wrongShape(wanted, found, _) {
                throw RecordsError.wrongShape(wanted: wanted, found: found, place: record.place)
            }
        }
        return reading
    }

    /// Keeps `count` seeds back, those with the least hash of their texts, so that the choice does not depend on their order and a
    /// pair that stands twice is not on both sides.
    public static func split(_ seeds: [Seed], holdingOut count: Int) -> (training: [Seed], heldOut: [Seed]) {
        guard count > 0 else { return (seeds, []) }
        let hashes = seeds.map { stableHash64($0.instruction + "\u{0}" + $0.output, seed: 0x4E1D) }
        let sorted = hashes.sorted()
        let limit = sorted[min(count, sorted.count) - 1]
        return (zip(seeds, hashes).filter { $0.1 > limit }.map(\.0), zip(seeds, hashes).filter { $0.1 <= limit }.map(\.0))
    }
}
