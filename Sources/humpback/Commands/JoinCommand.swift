import Curate
import Ingest
import Stages

extension Command {
    private static let withHoles = Option<Bool>.flag(
        "with-holes", "Join what there is: without shards that are missing, and without records that a server failed to answer.")

    static let join = Command(
        "join", "Puts the shards of a stage together as one machine would have written them.",
        operands: Operands(usage: "SHARD...", count: 1...Int.max, completion: .file),
        discussion: """
            Every data stage takes --shard I/N, works on part I of its input, and leaves a note beside its output (FILE.progress), which says \
            what the output was made with. join reads the outputs of all N, in any order, checks that each is there once and whole, that all \
            were made of the same input with the same model, precision and options, and writes the records in the order of one machine: the \
            bytes are the same.

            What only the whole input decides is decided here: of passages the duplicates and near-duplicates (each shard of `ingest` leaves \
            OUTPUT.signatures for that), of pairs what --top-fraction, --tokens, --distinct, --per-domain and --one-per-passage choose. Give \
            the stage its options as on one machine, and join none.

            --rejects joins the files that the shards wrote under --rejects; they are looked for beside the outputs.
            """,
        groups: [
            OptionGroup(
                "Joining", SharedOptions.output, SharedOptions.rejects, withHoles, SharedOptions.force, SharedOptions.summary,
                SharedOptions.maxBroken, SharedOptions.quiet)
        ],
        cost: """
            A buffer for each shard; for duplicates 10 bytes a passage, 100 MB, and on disk (TMPDIR) 12 bytes a passage and band; \
            for a choice among pairs about 100 bytes a pair. It reads and writes as fast as one disk or core does.
            """,
        examples: [
            Example(
                "two machines, one folder that both see",
                "humpback augment --shard 1/2 passages.jsonl -o pairs.1.jsonl --resume"),
            Example("the other machine", "humpback augment --shard 2/2 passages.jsonl -o pairs.2.jsonl --resume"),
            Example("together", "humpback join pairs.1.jsonl pairs.2.jsonl -o pairs.jsonl"),
            Example("Slurm, Spark, Ray and GNU parallel", "ls examples/cluster"),
        ]
    ) { arguments in
        var options = StageOptions(
            output: arguments[SharedOptions.output], rejects: arguments[SharedOptions.rejects],
            maxBroken: arguments[SharedOptions.maxBroken],
            summary: arguments[SharedOptions.summary], quiet: arguments[SharedOptions.quiet], force: arguments[SharedOptions.force])
        // What is read must not be written over.
        options.inputs = arguments.operands
        let set = try ShardSet(arguments.operands, allowsHoles: arguments[withHoles])
        let summary =
            switch set.stage {
            case "ingest": try IngestJoin.run(set, options)
            case "curate": try CurateJoin.run(set, options)
            default: try ShardJoin(set, options: options).run()
            }
        guard summary.exitStatus == 0 else {
            complain("humpback join: more than \(shortest(100 * options.maxBroken)) % of the records were broken in the shards.")
            return .tooMuchBroken
        }
        return .done
    }
}
