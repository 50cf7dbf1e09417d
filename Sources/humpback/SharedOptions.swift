import Foundation
import Inference
import LanguageModels
import Stages
import Training

/// Options that mean the same in every command that has them.
enum SharedOptions {
    static let help = Option<Bool>.flag("help", short: "h", "Show this help.")

    // Every data stage
    static let output = Option<String?>.file("output", short: "o", "Write here instead of standard output; .gz by name.")
    static let resume = Option<Bool>.flag("resume", "Go on where an interrupted run of the same command stopped. Needs -o.")
    static let force = Option<Bool>.flag("force", "Replace an output that exists.")
    static let limit = Option<Int?>.integer("limit", 1...Int.max, "Take the first N records only.")
    static let sample = Option<Int?>.integer("sample", 1...Int.max, "Take N records, chosen by hash over the whole input.")
    static let shard = Option<Shard?>(
        declaration: OptionDeclaration(
            name: "shard", valueName: "I/N",
            summary:
                "Work on part I of N only, chosen by a hash of each record's bytes, on this machine; `humpback join` puts the N outputs "
                + "together as one machine would have written them. Needs -o.",
            expectation: "a number of N, such as 2/4, with N at most \(Shard.most)", accepts: { Shard($0) != nil }), fallback: nil
    ) { .some($0.last.flatMap(Shard.init)) }
    static let exclude = Option<String?>.file("exclude", "Leave out what FILE lists: ids, URLs or domains, one a line.")
    static let rejects = Option<String?>.file(
        "rejects", "Write what was dropped or broken here, each with its reason; `humpback help reasons` explains the codes.")
    static let maxBroken = Option<Double>.number(
        "max-broken", as: "SHARE", 0...1, default: 0.05, "End with status 1 where more than this share of the records is broken.")
    static let summary = Option<String?>.file("summary", "Write the counts of the funnel here, as JSON.")
    static let quiet = Option<Bool>.flag("quiet", short: "q", "Say nothing but errors.")

    // Every model command
    static let model = Option<String?>.folder(
        "model",
        "The model's folder, a .gguf file or a folder that holds one, a folder of adapters whose adapter_config.json names the base, or "
            + "http://HOST:PORT/v1#NAME for a model of an OpenAI-compatible server, several with commas between their addresses (key in "
            + "HUMPBACK_API_KEY; --batch requests at once). Without it SmolLM2-135M-Instruct, which examples/get-model.sh fetches, with our "
            + "adapters for the role; where it is not there calf, a toy.")
    static let precision = Option<Precision>.choice(
        "precision", default: .int8,
        "The numbers that products are computed with: int8 is the fastest and takes a quarter of the memory, float32 is what training had.")
    static let batch = Option<Int>.integer(
        "batch", 1...4096, default: 32, "Sequences computed together. It changes speed and memory, never the result.")
    static let keyValueMemory = Option<Int>.integer(
        "kv-memory", as: "MIB", 16...1_048_576, default: 2048,
        "Memory for keys and values of all sequences together; fewer run at once where it is short. The result is the same.")
    static let noSharedPrefixes = Option<Bool>.flag(
        "no-shared-prefixes",
        "Compute anew for every prompt what prompts begin with alike, to see what sharing it saves. The result is the same.")
    static let noPackedCache = Option<Bool>.flag(
        "no-packed-cache",
        "Neither read nor write packed-cache.int8, the weights as int8 lays them out, which large models keep in their folder (about a "
            + "byte a weight; it may be removed at any time; HUMPBACK_PACKED_CACHE=off forbids it too).")
    static let threads = Option<Int?>.integer(
        "threads", 1...1024, "Threads to compute with; without it one for each physical core. The result is the same.")
    static let seed = Option<UInt64>.seed("Where randomness starts: the same seed, the same output.")

    // Every command that trains
    static let base = Option<String?>.folder(
        "base",
        "The model to start from. Without it SmolLM2-135M-Instruct, which examples/get-model.sh fetches; where it is not "
            + "there calf, a toy.")
    static let out = Option<String?>.folder("out", "The model folder to make.")
    static let trainingPrecision = Option<TrainingPrecision>.choice(
        "precision", default: .float32,
        "What matrix products, Muon's too, take their operands as; weights, activations, sums and moments stay float32. With bfloat16 "
            + "a step is about 1.5 times as fast where the processor has AVX512_BF16, and no faster elsewhere; at the "
            + "small learning rates of preferences it learns in jumps.")
    static let resumeTraining = Option<Bool>.flag("resume", "Go on from the last checkpoint of an interrupted run.")
    static let replace = Option<Bool>.flag("force", "Replace a model folder that exists, and forget an unfinished run.")
}

extension OptionGroup {
    static let everywhere = OptionGroup("Help", SharedOptions.help)

    static let data = OptionGroup(
        "Input and output", SharedOptions.output, SharedOptions.resume, SharedOptions.force, SharedOptions.limit, SharedOptions.sample,
        SharedOptions.shard, SharedOptions.exclude, SharedOptions.rejects, SharedOptions.maxBroken, SharedOptions.summary,
        SharedOptions.quiet)

    static let model = model(precision: SharedOptions.precision)

    /// The same where the option for precision says more.
    static func model(precision: any DeclaredOption) -> OptionGroup {
        OptionGroup(
            "Model", SharedOptions.model, precision, SharedOptions.batch, SharedOptions.keyValueMemory, SharedOptions.threads,
            SharedOptions.noPackedCache, SharedOptions.noSharedPrefixes, SharedOptions.seed)
    }
}

/// The options of sampling text from a model, with the defaults of one command.
struct SamplingOptions: Sendable {
    let temperature: Option<Double>
    let topP: Option<Double>
    let topK: Option<Int>
    let maxNewTokens: Option<Int>

    init(temperature: Double, topP: Double, maxNewTokens: Int) {
        self.temperature = .number("temperature", 0...10, default: temperature, "How evenly tokens are sampled; 0 takes the likeliest.")
        self.topP = .number(
            "top-p", as: "P", 0.001...1, default: topP, "Sample among the likeliest tokens that together have this probability.")
        topK = .integer("top-k", 0...1_000_000, default: 0, "Sample among this many of the likeliest tokens; 0 for all.")
        self.maxNewTokens = .integer("max-new-tokens", 1...1_000_000, default: maxNewTokens, "The longest answer, in tokens.")
    }

    func sampling(_ arguments: Arguments) -> Sampling {
        Sampling(
            temperature: arguments[temperature], topP: arguments[topP], topK: arguments[topK], maxNewTokens: arguments[maxNewTokens],
            seed: arguments[SharedOptions.seed])
    }
}

extension Arguments {
    /// Whether packed weights are kept beside models.
    var packedCache: PackedCacheUse { PackedCacheUse(isForbidden: self[SharedOptions.noPackedCache]) }
    var threadCount: Int { self[SharedOptions.threads] ?? PhysicalCores.count }
    /// Enough work waiting that every core is busy.
    var workersInFlight: Int { 4 * ProcessInfo.processInfo.activeProcessorCount }
    /// Enough requests waiting that the model's batch is always full.
    var requestsInFlight: Int { 2 * self[SharedOptions.batch] }

    /// The model folder that a training command makes.
    var outputFolder: URL {
        get throws(UsageError) {
            guard let path = self[SharedOptions.out] else { throw .combination("--out DIR is missing: the model folder to make.") }
            return URL(filePath: path)
        }
    }
}
