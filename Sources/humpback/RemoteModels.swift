import Endpoint
import Foundation
import Ground
import LanguageModels
import Stages
import Synchronization
import Tokenization

/// Models on servers: how long these are waited for, how much they may be asked, and what was asked of them.
enum RemoteModels {
    static let timeout = Option<Double>.number(
        "server-timeout", as: "SECONDS", 1...86400, default: 300, "How long a server may take for one answer before it is asked again.")
    static let patience = Option<Double>.number(
        "server-patience", as: "SECONDS", 1...604_800, default: 180,
        "How long servers that have answered may answer nothing more; then the run ends, and --resume goes on later.")
    static let tokens = Option<Int?>.integer(
        "server-tokens", as: "N", 1...Int.max,
        "End the run once the servers have counted this many tokens, those of prompts and of answers; --resume goes on with as many more.")

    static let template = Option<String?>.folder(
        "server-template", as: "MODEL",
        "A folder or .gguf with the tokenizer and chat template of the server's model: what servers that cannot be asked for theirs "
            + "(llama-cpp-python) need to tell the log-probabilities of a given answer.")

    static let prices = Option<String?>.file(
        "prices",
        "Say at the end what it cost, by FILE: {\"NAME\": {\"prompt\": 0.15, \"answer\": 0.60}}, the prices of a million tokens of the model NAME; "
            + "with --emit-batch what it will cost at most.")
    static let emitBatch = Option<String?>.file(
        "emit-batch",
        "Ask no server: write the requests that have no answer yet to FILE, in the format of OpenAI's batches (`vllm run-batch -i FILE -o ANSWERS "
            + "--model NAME`), and no records. --force replaces FILE.")
    static let fromBatch = Option<[String]>.files(
        "from-batch",
        "Ask no server: take answers from FILE, in any order; may be given several times. A record without one is a hole: --emit-batch asks for it "
            + "again, and --resume with its answers fills it in.")

    static let options: [any DeclaredOption] = [timeout, patience, tokens, template, prices]
    static let batchOptions: [any DeclaredOption] = [emitBatch, fromBatch]

    /// One count for all models of the process.
    private static let counted = Mutex<EndpointUsage?>(nil)

    /// One file of answers for all models of the process.
    private static let answers = Mutex<AnswerJournal?>(nil)

    /// Opens a model of one server or several; says where the records go.
    static func open(_ given: String, _ arguments: Arguments) throws -> any LanguageModel {
        let address = try EndpointAddress(given)
        let batch = try batch(arguments)
        if !address.isLoopback, batch == nil {
            complain(
                "The records of this run leave this machine: each is sent to \(address.host), for the model \(address.model)"
                    + (address.isPlain ? ", in the open (http)." : "."))
        }
        var waiting = EndpointModel.Waiting()
        waiting.timeoutSeconds = arguments[timeout]
        waiting.goneSeconds = arguments[patience]
        let most = arguments[tokens]
        let usage = counted.withLock { counted in
            let usage = counted ?? EndpointUsage(most: most)
            counted = usage
            return usage
        }
        let journal = try answers.withLock { answers in
            if batch == nil, answers == nil, let (path, resumes) = journalPlace(arguments) {
                answers = try AnswerJournal(path: path, resumes: resumes)
            }
            return answers
        }
        let render = try arguments[template].map { try renderer(of: $0) }
        let key = ProcessInfo.processInfo.environment[EndpointModel.keyVariable]
        return try EndpointModel(
            address: address, requests: arguments[SharedOptions.batch], key: key, waiting: waiting, usage: usage, journal: journal,
            render: render, batch: batch)
    }

    /// What writes turns by the template of a model folder or file.
    private static func renderer(of model: String) throws -> @Sendable ([ChatMessage]) throws -> String {
        let tokenizer = try ModelLocator.tokenizer(model)
        let template = tokenizer.chatTemplate ?? .plain(for: tokenizer)
        return { try template.text($0, addingGenerationPrompt: true, with: tokenizer) }
    }

    /// Where answers are written down: beside the output, as OUTPUT.answers, or in the folder of a loop; nowhere where nothing could go on.
    private static func journalPlace(_ arguments: Arguments) -> (path: String, resumes: Bool)? {
        if let folder = arguments.value(LoopFlags.folder) {
            return FileStatus.isFolder(folder) ? (URL(filePath: folder).appending(path: "server.answers").path, true) : nil
        }
        guard let output = arguments.value(SharedOptions.output), output != "-",
            FileStatus.isRegularFile(output) || !FileManager.default.fileExists(atPath: output)
        else { return nil }
        return (output + ".answers", arguments.value(SharedOptions.resume))
    }

    /// Takes the answers away once the command has come to its end: its output has them.
    static func end(_ status: ExitStatus) {
        guard status == .done || status == .tooMuchBroken else { return }
        answers.withLock { $0 }?.remove()
    }

    // MARK: - Batches

    /// One for all models of the process.
    private static let opened = Mutex<RequestBatch?>(nil)

    /// What takes the place of servers; nil where servers are asked.
    private static func batch(_ arguments: Arguments) throws -> RequestBatch? {
        guard arguments.hasOption("emit-batch") || arguments.hasOption("from-batch") else { return nil }
        return try opened.withLock { opened in
            if let opened { return opened }
            let file = arguments[emitBatch]
            if let file, FileStatus.isRegularFile(file), !arguments[SharedOptions.force] {
                throw UsageError.combination(
                    "\(file) exists already; --force writes it anew, and --from-batch ANSWERS says what was answered.")
            }
            let batch = try RequestBatch(writingTo: file, answers: arguments[fromBatch])
            opened = batch
            return batch
        }
    }

    /// The options of a stage that writes requests alone: it looks at every record, one at a time, and keeps nothing.
    static func emitting(_ options: StageOptions, _ arguments: Arguments) throws -> StageOptions? {
        guard let file = arguments[emitBatch] else { return nil }
        guard opened.withLock({ $0 }) != nil else {
            throw UsageError.combination("--emit-batch \(file) is for models of servers: name one, http://HOST:PORT/v1#NAME.")
        }
        if let given = [SharedOptions.output.declaration, SharedOptions.rejects.declaration].first(where: { arguments.hasOption($0.name) })
        {
            throw UsageError.combination("--emit-batch \(file) writes requests and no records; leave \(given.flag) out.")
        }
        var options = options
        (options.output, options.summary, options.resume, options.force, options.quiet) = ("/dev/null", nil, false, false, true)
        (options.maxBroken, options.concurrency) = (1, 1)
        return options
    }

    /// Puts the file of requests in its place, and says what is in it.
    static func endEmitting(_ arguments: Arguments) throws {
        guard let file = arguments[emitBatch], let batch = opened.withLock({ $0 }) else { return }
        try batch.finish()
        let written = batch.written
        guard !arguments[SharedOptions.quiet] else { return }
        guard written.requests > 0 else { return complain("\(file): no request; everything has its answer: leave --emit-batch out now.") }
        complain(
            "\(file): \(Figures.grouped(written.requests)) requests, about \(Figures.grouped(written.promptTokens)) tokens of prompts and at most "
                + "\(Figures.grouped(written.mostAnswerTokens)) of answers. Have them answered (vllm run-batch -i \(file) -o ANSWERS --model NAME), then "
                + "give the same command --from-batch ANSWERS.")
        if let prices = try prices(arguments), let name = arguments[SharedOptions.model].flatMap({ try? EndpointAddress($0).model }) {
            complain(prices.words(for: [name: (written.promptTokens, written.mostAnswerTokens)], isBound: true))
        }
    }

    // MARK: - Prices

    private static func prices(_ arguments: Arguments) throws -> TokenPrices? {
        guard arguments.hasOption("prices"), let file = arguments[prices] else { return nil }
        return try TokenPrices(file: file)
    }

    /// Reads the prices before anything is asked, so that a mistake in them is told at once.
    static func checkPrices(_ arguments: Arguments) throws { _ = try prices(arguments) }

    /// Says at the end of a command what was wrong with answers of a batch, and what the servers counted, where there were any.
    static func tellUsage(_ arguments: Arguments) {
        guard !arguments.hasOption("quiet") else { return }
        if let batch = opened.withLock({ $0 }) {
            let name = arguments.value(SharedOptions.model).flatMap { try? EndpointAddress($0).model }
            let isAskedAgain = arguments.hasOption("emit-batch")
            for sentence in batch.findings.sentences(model: name ?? "that was asked", isAskedAgain: isAskedAgain) {
                complain("--from-batch: \(sentence)")
            }
        }
        guard let usage = counted.withLock({ $0 }), usage.count.requests > 0 else { return }
        let count = usage.count
        complain(
            "The servers counted \(Figures.grouped(count.read)) tokens of prompts and \(Figures.grouped(count.written)) of answers, in "
                + "\(Figures.grouped(count.requests)) requests.")
        guard let prices = try? prices(arguments) else { return }
        complain(prices.words(for: usage.models.mapValues { ($0.read, $0.written) }, isBound: false))
    }
}

extension OptionGroup {
    static let servers = OptionGroup("Models of servers", RemoteModels.options)
    /// For stages that may ask in batches as well.
    static let serversAndBatches = OptionGroup("Models of servers", RemoteModels.options + RemoteModels.batchOptions)
}
