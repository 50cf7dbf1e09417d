import Foundation
import TestSupport
import Testing

/// The scripts under examples/cluster, really run on one machine: their records are those of one process, with a worker killed in the middle.
///
/// `examples/cluster/install.sh` installs what they drive; HUMPBACK_CLUSTER_PYTHON names the Python that has PySpark and Ray, and without it that
/// script's place is looked in.
@Suite(.serialized) struct ClusterExamplesTests {
    private static let scripts = SharedData.projectRoot.appending(path: "examples/cluster")
    private static let advice = "examples/cluster/install.sh installs it"

    private static let python: String = {
        let environment = ProcessInfo.processInfo.environment
        let cache = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "") + "/.cache"
        return environment["HUMPBACK_CLUSTER_PYTHON"] ?? cache + "/humpback/cluster/bin/python"
    }()

    private static func has(_ modules: String...) -> Bool {
        let words = modules.map { "import \($0)" }.joined(separator: ";")
        return (try? shell("'\(python)' -c '\(words)'", in: scripts).status) == 0
    }

    private static func has(command: String) -> Bool { (try? shell("command -v \(command)", in: scripts).status) == 0 }

    /// A world of pages, and what one process makes of them.
    private struct World {
        let folder: URL
        static let options = [
            "INGEST": "--near-duplicates", "AUGMENT": "--model ../backward --samples 4 --max-new-tokens 48 --max-broken 1",
            "CURATE": "--model ../judge --backward none --max-broken 1 --min-score 1",
        ]

        init() throws {
            let kitchen = try Kitchen.open()
            folder = kitchen.folder.appending(path: "cluster-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Kitchen.writeVariedPages(to: folder.appending(path: "pages"))
            try succeed("passages", "ingest pages", "INGEST")
            try succeed("pairs", "augment passages.jsonl", "AUGMENT")
            try succeed("curated", "curate pairs.jsonl", "CURATE")
        }

        private func succeed(_ name: String, _ words: String, _ given: String) throws {
            let ended = try BuiltTool.run(
                (words + " " + (Self.options[given] ?? "") + " -o \(name).jsonl -q").split(separator: " ").map(String.init), in: folder)
            #expect(ended.status == 0, "\(ended)")
        }

        func lines(_ path: String) throws -> [Substring] {
            try String(contentsOf: folder.appending(path: path), encoding: .utf8).split(separator: "\n")
        }

        func run(_ line: String, environment: [String: String] = [:]) throws -> (status: Int32, messages: String) {
            var all = Self.options.merging(environment) { $1 }
            all["HUMPBACK"] = BuiltTool.executable.path
            all["HUMPBACK_CACHE"] = folder.path
            return try shell(line, in: folder, environment: all)
        }

        /// Holds the files of `out` against those of one process, byte for byte.
        func expectSameBytes(_ out: String) throws {
            for name in ["passages", "pairs", "curated"] {
                let (found, wanted) = (try lines("\(out)/\(name).jsonl"), try lines("\(name).jsonl"))
                #expect(found == wanted && !found.isEmpty, "\(name)")
            }
        }

        /// Holds the tables of `out` against the records of one process, as sets.
        func expectSameRecords(_ out: String, _ python: String) throws {
            for name in ["passages", "pairs", "curated"] {
                let ended = try run("'\(python)' '\(scripts.path)/lines.py' \(out)/\(name) > \(out)-\(name).jsonl")
                #expect(ended.status == 0, "\(ended)")
                let (found, wanted) = (try lines("\(out)-\(name).jsonl"), try lines("\(name).jsonl"))
                #expect(found.sorted() == wanted.sorted() && !found.isEmpty, "\(name)")
            }
        }

        /// Shell words that kill the first process that augments in this folder, or where Ray puts what travels, as soon as there is one, by its
        /// number; they leave the file `killed`.
        func killer(below place: String = "$PWD") -> String {
            "(for _ in $(seq 6000); do for p in $(pgrep -f '^[^ ]*humpback augment '); do case \"$(readlink /proc/$p/cwd)\" in \(place)*) "
                + "kill -9 $p && touch killed && exit 0;; esac; done; sleep 0.02; done) 2>/dev/null & killer=$!; "
        }

        /// Shell words that end the killer, whom nobody may wait for where it found nothing, and end with the status of the command before.
        static let ended = "; status=$?; kill $killer 2>/dev/null; exit $status"

        func expectKilled() { #expect(FileManager.default.fileExists(atPath: folder.appending(path: "killed").path), "nothing was killed") }
    }

    @Test(
        "GNU parallel gives the bytes of one process, a shard killed in the middle",
        .enabled(if: has(command: "parallel"), "needs GNU parallel: \(advice)"))
    func parallel() throws {
        let world = try World()
        defer { try? FileManager.default.removeItem(at: world.folder) }
        let ended = try world.run("\(world.killer()) '\(Self.scripts.path)/parallel.sh' pages out 4\(World.ended)")
        #expect(ended.status == 0, "\(ended)")
        try world.expectSameBytes("out")
        world.expectKilled()
        let log = try String(contentsOf: world.folder.appending(path: "out/pairs.joblog"), encoding: .utf8)
        #expect(log.split(separator: "\n").count >= 5)
    }

    @Test(
        "Slurm's job arrays on one node give the bytes of one process, a shard killed in the middle",
        .enabled(if: has(command: "slurmctld") && geteuid() == 0, "needs slurm-wlm and root: \(advice)"))
    func slurm() throws {
        let world = try World()
        defer { try? FileManager.default.removeItem(at: world.folder) }
        let node = "'\(Self.scripts.path)/one-node-slurm.sh'"
        let started = try world.run("\(node) start slurm")
        defer { _ = try? world.run("\(node) stop slurm") }
        #expect(started.status == 0, "\(started)")
        let conf = ["SLURM_CONF": world.folder.appending(path: "slurm/slurm.conf").path]
        let ended = try world.run(
            """
            \(world.killer()) last=$('\(Self.scripts.path)/slurm.sh' pages out 4) || exit 1
            for _ in $(seq 1200); do [ -n "$(squeue -h -j $last 2>/dev/null)" ] || break; sleep 0.25; done
            kill $killer 2>/dev/null; scontrol show job $last | grep -q JobState=COMPLETED || { cat out/*.log >&2; exit 1; }
            """, environment: conf)
        #expect(ended.status == 0, "\(ended)")
        try world.expectSameBytes("out")
        world.expectKilled()
        let logs = try FileManager.default.contentsOfDirectory(atPath: world.folder.appending(path: "out").path).filter {
            $0.hasPrefix("pairs.") && $0.hasSuffix(".log")
        }
        #expect(logs.count == 5)
    }

    @Test(
        "Spark gives the records of one process, near-duplicates joined by Spark, a worker killed in the middle",
        .enabled(if: has("pyspark", "pyarrow", "pandas") && has(command: "java"), "needs PySpark and a Java runtime: \(advice)"))
    func spark() throws {
        let world = try World()
        defer { try? FileManager.default.removeItem(at: world.folder) }
        let ended = try world.run(
            "\(world.killer()) '\(Self.python)' '\(Self.scripts.path)/spark.py' --master 'local[2,4]' --parts 3 pages out "
                + "--augment \"$AUGMENT\" --curate \"$CURATE\"\(World.ended)", environment: ["INGEST": ""])
        #expect(ended.status == 0, "\(ended)")
        world.expectKilled()
        try world.expectSameRecords("out", Self.python)
    }

    @Test(
        "Ray Data gives the records of one process, a task killed in the middle",
        .enabled(if: has("ray", "pyarrow", "pandas"), "needs Ray: \(advice)"))
    func ray() throws {
        let world = try World()
        defer { try? FileManager.default.removeItem(at: world.folder) }
        // Tasks stand in folders of Ray's.
        let (augment, curate) = (World.options["AUGMENT"] ?? "", World.options["CURATE"] ?? "")
        let root = world.folder.deletingLastPathComponent().path
        let ended = try world.run(
            "\(world.killer(below: "/tmp/ray/")) '\(Self.python)' '\(Self.scripts.path)/ray_data.py' --parts 3 pages out "
                + "--augment '\(augment.replacing("..", with: root))' --curate '\(curate.replacing("..", with: root))'\(World.ended)"
        )
        #expect(ended.status == 0, "\(ended)")
        world.expectKilled()
        try world.expectSameRecords("out", Self.python)
    }

    @Test("a worker that lacks the executable or a model is told so, by name")
    func worker() throws {
        let check = "'\(Self.scripts.path)/check-worker.sh'"
        #expect(try shell("\(check) '\(BuiltTool.executable.path)'", in: Self.scripts).status == 0)
        let missing = try shell("\(check) /nowhere/humpback", in: Self.scripts)
        #expect(missing.status != 0 && missing.messages.contains("/nowhere/humpback is no executable"))
        let model = try shell("\(check) '\(BuiltTool.executable.path)' /nowhere/model", in: Self.scripts)
        #expect(model.status != 0 && model.messages.contains("/nowhere/model holds no weights"))
    }
}

/// Runs a line of shell; its messages are what came on standard error.
private func shell(_ line: String, in place: URL, environment: [String: String] = [:]) throws -> (status: Int32, messages: String) {
    let messages = FileManager.default.temporaryDirectory.appending(path: "humpback-shell-\(UUID().uuidString)")
    try Data().write(to: messages)
    defer { try? FileManager.default.removeItem(at: messages) }
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-c", line]
    process.currentDirectoryURL = place
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: messages)
    try process.run()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: try Data(contentsOf: messages).suffix(4000), as: UTF8.self))
}
