import Records

/// Files of human-written pairs, in any format that `Seed` reads.
public enum SeedFile {
    /// The seeds of some files in their order; a record that is no usable seed is counted with its reason.
    ///
    /// Throws where a line is not JSON at all, and for a record of another stage.
    public static func read(_ files: [String]) throws -> (seeds: [Seed], refused: [String: Int]) {
        var (seeds, refused) = ([Seed](), [String: Int]())
        for record in try RecordSource.readAll(files) {
            do {
                seeds.append(try Seed(record.object))
            } catch let rejection as Rejection {
                refused[rejection.reason, default: 0] += 1
            } catch let RecordsError.wrongShape(wanted, found, _) {
                throw RecordsError.wrongShape(wanted: wanted, found: found, place: record.place)
            }
        }
        return (seeds, refused)
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
