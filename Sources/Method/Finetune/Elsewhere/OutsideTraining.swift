import Foundation
import Ground
import LanguageModels
import Records
import Tokenization
import Transformer

/// A training by a command of the user's, in the place of our own: the command is given what `TrainingHandover` writes and the base, and
/// what it makes is checked and finished.
///
/// While it runs, everything stands in `OUTPUT.training`: `data`, what the command is given; `model`, what it is to make; `log.txt`, what it
/// says; `trained`, once it has ended well and what it made was found good. The model folder appears whole at the end. A run that was killed goes on:
/// the command is given the same places again, and is not asked again once `trained` stands.
public struct OutsideTraining: Sendable {
    /// A line for `sh`, with `{data}`, `{base}` and `{out}` in the places of three folders.
    public var command: String
    /// Whose configuration and script stand in `{data}`.
    public var trainer: OtherTrainer

    public init(command: String, trainer: OtherTrainer) {
        self.command = command
        self.trainer = trainer
    }

    static let dataName = "data"
    static let modelName = "model"
    static let logName = "log.txt"
    static let doneName = "trained"

    /// Throws where the command names no place for what it makes, or where the plan asks for what another trainer cannot do.
    public func check(_ plan: FinetunePlan) throws {
        if let missing = ["{data}", "{out}"].first(where: { !command.contains($0) }) {
            throw FinetuneError.commandWithoutPlace(command, place: missing)
        }
        try TrainingHandover(finetuner: Finetuner(plan: plan), trainer: trainer).checkPlan()
    }

    /// Has a model trained on these rows and puts its folder where the plan says.
    ///
    /// - Throws: `FinetuneError.commandFailed`, `FinetuneError.commandMadeNoModel`, `FinetuneError.stillTraining` where the command of an
    ///   earlier run is still at work, and what `TrainingHandover.write` throws.
    public func run(
        _ plan: FinetunePlan, seeds: [Seed], curated: [Pair], heldOut: [Seed], judgePrompt: JudgePrompt = .trained,
        note: @escaping @Sendable (String) -> Void
    ) async throws {
        let place = TrainingJob.workplace(of: plan.output)
        let files = FileManager.default
        try files.createDirectory(at: place, withIntermediateDirectories: true)
        let lock = try TrainingLock(place)
        defer { withExtendedLifetime(lock) {} }
        let finetuner = Finetuner(plan: plan, judgePrompt: judgePrompt)
        let data = place.appending(path: Self.dataName)
        let model = place.appending(path: Self.modelName)
        if !files.fileExists(atPath: data.path) {
            try TrainingHandover(finetuner: finetuner, trainer: trainer).write(
                seeds: seeds, curated: curated, heldOut: heldOut, trainedBy: command, replaces: false, to: data, note: note)
        }
        let done = place.appending(path: Self.doneName)
        if !files.fileExists(atPath: done.path) {
            let log = place.appending(path: Self.logName)
            let whole = [data, plan.base, model].map { $0.absoluteURL.standardizedFileURL.path }
            let line = line(Places(data: whole[0], base: whole[1], out: whole[2]))
            note("\(line) (what it says stands in \(log.relativePath))")
            let status = try await ShellCommand(line: line, input: lock.descriptor, log: log).run()
            try Task.checkCancellation()
            guard status == 0 else { throw FinetuneError.commandFailed(line, status: status, log: log.relativePath, last: Self.last(log)) }
            try checkMade(model, plan, data: data)
            try AtomicFile.write("", to: done.path)
        }
        try await finish(model, plan, card: data.appending(path: TrainingHandover.cardName), heldOut: heldOut, seeds: seeds, note: note)
        try AtomicRemoval.remove(place)
    }

    /// The folders that the command is given.
    public struct Places: Sendable {
        public var data: String
        public var base: String
        public var out: String

        public init(data: String, base: String, out: String) { (self.data, self.base, self.out) = (data, base, out) }
    }

    /// The command with its folders, each as one word of the shell.
    public func line(_ places: Places) -> String {
        [("{data}", places.data), ("{base}", places.base), ("{out}", places.out)].reduce(command) { line, pair in
            line.replacing(pair.0, with: HandoverScripts.quoted(pair.1))
        }
    }

    /// The last lines of what the command said.
    private static func last(_ log: URL) -> [String] {
        let text = String(decoding: FileManager.default.contents(atPath: log.path)?.suffix(4000) ?? Data(), as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).suffix(5).map { String($0.prefix(200)) }
    }

    // MARK: - What it made

    /// Throws unless there is a model that opens, with all its weights, of the base's shape and with the base's tokenizer.
    private func checkMade(_ model: URL, _ plan: FinetunePlan, data: URL) throws {
        func refuse(_ reason: String) -> FinetuneError { .commandMadeNoModel(model.relativePath, reason: reason) }
        let names = ["config.json", "adapter_config.json"]
        guard names.contains(where: { FileManager.default.fileExists(atPath: model.appending(path: $0).path) }) else {
            throw refuse("there is neither config.json nor adapter_config.json")
        }
        let (base, made) = (try ModelFolder(directory: plan.base), try ModelFolder(directory: model))
        guard made.configuration.architecture == base.configuration.architecture else {
            throw refuse("it is a \(made.configuration.architecture.rawValue) and the base a \(base.configuration.architecture.rawValue)")
        }
        let card = try Tokenizer(directory: data.appending(path: TrainingHandover.cardName))
        guard made.configuration.vocabularySize >= card.vocabularySize else {
            throw refuse("it knows \(made.configuration.vocabularySize) tokens and the tokenizer has \(card.vocabularySize)")
        }
        // Weights that are missing, cut off or of another shape are told here, and not where they are used.
        let checkpoint = try made.checkpoint()
        for entry in ParameterLayout(made.configuration).entries { _ = try checkpoint.rows(entry) }
        guard FileManager.default.fileExists(atPath: model.appending(path: "tokenizer.json").path) else { return }
        let own = try Tokenizer(directory: model)
        let texts = try String(contentsOf: data.appending(path: TrainingHandover.messagesName), encoding: .utf8).split(separator: "\n")
        let differs =
            own.vocabularySize != card.vocabularySize
            || (0..<Int32(card.vocabularySize)).contains { own.bytes(of: $0) != card.bytes(of: $0) }
            || texts.prefix(200).contains { own.encode(String($0)) != card.encode(String($0)) }
        if differs { throw refuse("its tokenizer is not the base's, and the rows were made with that") }
    }

    /// Puts the card beside the weights, merges adapters that came alone, fits what the notes of a backward model say, and moves the folder
    /// to its place.
    private func finish(
        _ model: URL, _ plan: FinetunePlan, card: URL, heldOut: [Seed], seeds: [Seed], note: @escaping @Sendable (String) -> Void
    ) async throws {
        let files = FileManager.default
        // Killed between the arrival of the model and the end of this, it is there already.
        if files.fileExists(atPath: plan.output.path) { return }
        var notes = try ModelNotes(reading: card.appending(path: "humpback.json"))
        let own = model.appending(path: "humpback.json")
        // finish.py has told the trainer's name and version there.
        if let told = try? ModelNotes(reading: own).trainedBy, told.hasPrefix(command) { notes.trainedBy = told }
        for name in try files.contentsOfDirectory(atPath: card.path) {
            try AtomicFile.write(Array(Data(contentsOf: card.appending(path: name))), to: model.appending(path: name).path)
        }
        var made = model
        let folder = try ModelFolder(directory: model)
        if folder.hasAdapters {
            made = model.deletingLastPathComponent().appending(path: "merged")
            try AtomicRemoval.remove(made)
            note("the adapters are merged into \(plan.base.lastPathComponent)")
            let parameters: Parameters<Float> = try folder.loadParameters()
            try ModelFolder.save(
                parameters, as: plan.storage, generation: folder.card(of: notes).generation, notes: notes,
                files: folder.card(of: notes).licenceFiles,
                tokenizerOf: card, to: made)
            try files.copyItem(at: model, to: made.appending(path: TrainingJob.adapterName))
        }
        let finetuner = Finetuner(plan: plan)
        if finetuner.fitsGain {
            let fitting = GainFit.split(seeds, heldOut: heldOut).fitting
            try notes.write(to: made)
            notes = try await FittedNotes(plan: plan, seeds: fitting, note: note).notes(made, notes)
        }
        try notes.write(to: made)
        try files.moveItem(at: made, to: plan.output)
    }
}

/// Tells whether the command of an earlier run is still at work: it holds the lock as its standard input.
final class TrainingLock: Sendable {
    static let name = "lock"
    let descriptor: Int32

    init(_ place: URL) throws {
        let path = place.appending(path: Self.name).path
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError.cannotWrite(file: path, reason: String(cString: strerror(errno))) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw FinetuneError.stillTraining(place.relativePath)
        }
    }

    deinit { close(descriptor) }
}

/// A line of the shell, run to its end; where the task is cancelled it is asked to end, with all that it has started.
private struct ShellCommand: Sendable {
    let line: String
    /// Its standard input, which is empty.
    let input: Int32
    /// What it says is added to this file.
    let log: URL

    /// The exit status; 128 and the signal's number where one ended it.
    func run() async throws -> Int32 {
        let output = open(log.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard output >= 0 else { throw FileError.cannotWrite(file: log.path, reason: String(cString: strerror(errno))) }
        defer { close(output) }
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", line]
        process.standardInput = FileHandle(fileDescriptor: input, closeOnDealloc: false)
        process.standardOutput = FileHandle(fileDescriptor: output, closeOnDealloc: false)
        process.standardError = FileHandle(fileDescriptor: output, closeOnDealloc: false)
        let ends = AsyncStream<Int32> { stream in
            process.terminationHandler = { ended in
                stream.yield(ended.terminationReason == .uncaughtSignal ? 128 + ended.terminationStatus : ended.terminationStatus)
                stream.finish()
            }
        }
        try process.run()
        let identifier = process.processIdentifier
        let end = Task { await ends.first { _ in true } ?? -1 }
        return await withTaskCancellationHandler {
            await end.value
        } onCancel: {
            // The shell leads a group of its own where Foundation makes one; else it alone is asked.
            if getpgid(identifier) != identifier || kill(-identifier, SIGTERM) != 0 { kill(identifier, SIGTERM) }
        }
    }
}
