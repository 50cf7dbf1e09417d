import Ground
import Records
import Stages

/// The join of what `ingest --shard` wrote: duplicates of all shards go, as one machine lets them go.
public enum IngestJoin {
    /// What a shard of passages leaves to be decided, by what it was made with.
    static func method(_ settings: JSONObject) -> (isSearched: Bool, method: MinHash?) {
        if let given = settings["near_duplicates"]?.object {
            var method = MinHash()
            method.bands = given["bands"]?.integer ?? method.bands
            method.rows = given["rows"]?.integer ?? method.rows
            method.runLength = given["run_length"]?.integer ?? method.runLength
            return (true, method)
        }
        return (settings["dedup"]?.bool == true && settings["whole_page"]?.bool != true, nil)
    }

    public static func run(_ set: ShardSet, _ options: StageOptions) throws -> StageSummary {
        var join = ShardJoin(set, options: options)
        try join.check()
        let (isSearched, method) = method(set.settings)
        if set.settings["personal_data"]?.string != IngestOptions.PersonalDataRule.keep.rawValue {
            join.redact = { PersonalData.redact(&$0) }
        }
        if isSearched {
            let duplicates = try DuplicateJoin(outputs: set.outputs, method)
            join.decision = { number, line in
                guard let rejection = duplicates.rejection(number) else { return .stays }
                return .dropped(try JSONObject(parsing: line), rejection)
            }
        }
        return try join.run()
    }
}
