import Ground
import Records

/// What every data stage is told by its flags.
public struct StageOptions: Sendable, Equatable {
    /// Files, or "-" for standard input; none means standard input.
    public var inputs: [String]
    /// A file, or nil for standard output.
    public var output: String?
    /// Works on the first items only.
    public var limit: Int?
    /// Works on this many items, chosen by the hash of their ids over the whole input.
    public var sample: Int?
    /// Works on this part of the input only; `join` puts the outputs of all parts together.
    public var shard: Shard?
    /// Where dropped and broken items go, with their reasons.
    public var rejects: String?
    /// The share of broken items above which the run counts as failed.
    public var maxBroken: Double
    /// A file of ids, URLs, domains or JSON records to leave out.
    public var exclude: String?
    /// Where the counts go as JSON.
    public var summary: String?
    /// Says nothing on standard error.
    public var quiet: Bool
    /// Goes on where an interrupted run of the same command stopped.
    public var resume: Bool
    /// Writes an output that exists anew.
    public var force: Bool
    /// FILE.progress stays after a whole run, as with `resume`.
    public var staysNoted = false
    /// The number of items worked on at a time. It changes the speed, never the output.
    public var concurrency: Int
    /// The longest record that is read, in bytes.
    public var longestRecord: Int
    /// What the inputs call the fields of the pipe.
    public var fields = FieldNames()

    public init(
        inputs: [String] = [], output: String? = nil, limit: Int? = nil, sample: Int? = nil, rejects: String? = nil,
        maxBroken: Double = 0.05, exclude: String? = nil, summary: String? = nil, quiet: Bool = false, resume: Bool = false,
        force: Bool = false, concurrency: Int = 32, longestRecord: Int = RecordSource.longestRecord
    ) {
        self.inputs = inputs
        self.output = output
        self.limit = limit
        self.sample = sample
        self.rejects = rejects
        self.maxBroken = maxBroken
        self.exclude = exclude
        self.summary = summary
        self.quiet = quiet
        self.resume = resume
        self.force = force
        self.concurrency = concurrency
        self.longestRecord = longestRecord
    }

    /// The records of the inputs.
    public func records() throws -> RecordSource {
        var source = try RecordSource(inputs, longest: longestRecord, fields: fields)
        // A list of exceptions and a sample look at what an item is called.
        if exclude == nil, sample == nil { source.shard = shard }
        return source
    }

    /// Throws where options contradict one another or lie outside their range.
    public func check() throws {
        if resume, output == nil || output == "-" { throw StageError.resumeWantsFile }
        if resume, force {
            throw StageError.badOption(name: "--force", reason: "--resume goes on with the output, --force writes it anew; give one")
        }
        if let shard, output == nil || output == "-" {
            throw StageError.badOption(name: "--shard \(shard)", reason: "give -o FILE: `humpback join` reads it and what stands beside it")
        }
        if let limit, limit < 0 { throw StageError.badOption(name: "--limit", reason: "\(limit) is below 0") }
        if let sample, sample < 1 { throw StageError.badOption(name: "--sample", reason: "\(sample) is below 1") }
        if !(0...1).contains(maxBroken) { throw StageError.badOption(name: "--max-broken", reason: "\(maxBroken) is no share from 0 to 1") }
        if concurrency < 1 { throw StageError.badOption(name: "concurrency", reason: "\(concurrency) is below 1") }
        if longestRecord < 1 { throw StageError.badOption(name: "longest record", reason: "\(longestRecord) is below 1") }
        if let rejects, rejects != "-", rejects == output { throw StageError.badOption(name: "--rejects", reason: "it is the output too") }
        for path in [output, rejects] {
            guard let path, path != "-" else { continue }
            if inputs.contains(where: { $0 == path || FileStatus.areSame($0, path) }) { throw StageError.inputIsOutput(file: path) }
        }
    }
}
