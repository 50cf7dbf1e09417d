import Foundation
import Ground
import LanguageModels
import Records
import Training
import Transformer

/// What `finetune` would train on and by, written for another trainer: rows as token ids with their loss masks, the same rows as text, the
/// tokenizer with its chat template, the numbers, and that trainer's own configuration and command.
///
/// Rows are tokens already, so that no trainer's reading of the template decides what is learned, and none cuts a row otherwise.
public struct TrainingHandover: Sendable {
    public var finetuner: Finetuner
    public var trainer: OtherTrainer

    public static let rowsName = "train.jsonl"
    public static let heldOutName = "held-out.jsonl"
    public static let messagesName = "messages.jsonl"
    public static let settingsName = "settings.json"
    public static let cardName = "card"

    public init(finetuner: Finetuner, trainer: OtherTrainer) {
        self.finetuner = finetuner
        self.trainer = trainer
    }

    /// Writes the folder, which appears whole; the rows depend on the plan's base, role, context and turns alone.
    ///
    /// - Parameters:
    ///   - trainedBy: what the notes say of the training, beside the trainer's name and version; nil says nothing more.
    ///   - note: told what the training will be.
    /// - Throws: `FinetuneError.notForTrainer` for what the trainer does not know, and what `Finetuner.run` throws of its rows.
    public func write(
        seeds: [Seed], curated: [Pair], heldOut: [Seed], places: [String: SourcePlace] = [:], trainedBy: String? = nil, replaces: Bool,
        to directory: URL, note: @escaping @Sendable (String) -> Void
    ) throws {
        try checkPlan()
        var rows = try finetuner.preparedRows(seeds: seeds, curated: curated, heldOut: heldOut, places: places, note: note)
        rows.notes.trainedBy = trainedBy
        let settings = try settings(rows)
        note(rows.census.summary(examples: rows.examples.count, options: settings.options))
        let files = try trainer.files(settings)
        let refusal: ((URL) -> String?)? = replaces ? { Self.refusalToReplace($0) } : nil
        try AtomicFolder.write(directory, replacing: refusal) { part in
            try Self.write(rows.examples.map(\.example), to: part.appending(path: Self.rowsName))
            if !rows.heldOut.isEmpty { try Self.write(rows.heldOut, to: part.appending(path: Self.heldOutName)) }
            try AtomicFile.write(to: part.appending(path: Self.messagesName).path) { file in
                for row in rows.examples { try file.write(Array((Self.text(row) + "\n").utf8)) }
            }
            let card = part.appending(path: Self.cardName)
            try rows.base.tokenizer.write(to: card)
            try rows.base.folder.card(of: rows.notes).write(to: card)
            for (name, text) in files { try AtomicFile.write(text, to: part.appending(path: name).path) }
            var object = settings.json
            object[Self.writerField] = .string(Self.writer)
            object[Self.filesField] = .array(
                (try FileManager.default.contentsOfDirectory(atPath: part.path) + [Self.settingsName]).sorted().map { .string($0) })
            try AtomicFile.write(JSONValue.object(object).serialized + "\n", to: part.appending(path: Self.settingsName).path)
        }
    }

    private static let writerField = "written_by"
    private static let writer = "humpback export"
    private static let filesField = "files"

    /// Why another training may not take this folder's place: it is not one that was written here, or something was put into it since, such
    /// as the model that it made. nil where it may.
    static func refusalToReplace(_ directory: URL) -> String? {
        let files = FileManager.default
        guard let data = files.contents(atPath: directory.appending(path: settingsName).path),
            let settings = try? JSONObject(parsing: Array(data)), settings[writerField]?.string == writer
        else { return "`humpback export --trainer` did not write it" }
        // Python puts compiled scripts there.
        let known = Set((settings[filesField]?.array ?? []).compactMap(\.string) + ["__pycache__"])
        let others = ((try? files.contentsOfDirectory(atPath: directory.path)) ?? []).filter { !known.contains($0) }.sorted()
        guard let other = others.first else { return nil }
        return others.count == 1 ? "\(other) was put into it" : "\(other) and \(others.count - 1) more were put into it"
    }

    /// Throws where the folder may not be made, before anything is read.
    public static func checkOutput(_ directory: URL, replaces: Bool) throws {
        guard FileStatus.isAnything(directory.path) else { return }
        guard replaces else { throw FileError.exists(file: directory.path) }
        try AtomicFolder.checkReplaceable(directory, by: refusalToReplace)
    }

    /// Throws where another trainer could not do what the plan says.
    func checkPlan() throws {
        let plan = finetuner.plan
        func refuse(_ what: String) -> FinetuneError { .notForTrainer(trainer, what: what) }
        let folder = try ModelFolder(directory: plan.base)
        if folder.isGGUF { throw FinetuneError.baseIsNoFolder(plan.base.relativePath, command: "convert \(plan.base.relativePath) FOLDER") }
        if folder.hasAdapters {
            let base = folder.weightsDirectory.relativePath
            throw FinetuneError.baseIsNoFolder(plan.base.relativePath, command: "merge \(base) \(plan.base.relativePath) FOLDER")
        }
        guard plan.roles.count == 1 else { throw refuse("several roles in turns; give one --role") }
        if let optimizer = plan.optimizer, optimizer != .adamw { throw refuse("--optimizer \(optimizer.rawValue)") }
        if plan.dropout ?? 0 > 0 { throw refuse("--dropout") }
        if plan.seedShare != nil { throw refuse("--seed-share") }
        if plan.loss != .sft { throw refuse("--loss \(plan.loss.rawValue)") }
    }

    private func settings(_ rows: Finetuner.PreparedRows) throws -> HandoverSettings {
        let plan = finetuner.plan
        let folder = rows.base.folder
        let examples = rows.examples.map(\.example)
        let options = plan.options(rows: examples.count, parameters: folder.configuration.parameterCount, microBatchTokens: 1024)
        let card = folder.card(of: rows.notes)
        return HandoverSettings(
            base: plan.base.absoluteURL.standardizedFileURL.resolvingSymlinksInPath().path, configuration: folder.configuration,
            options: options, adapters: plan.adapters, rows: examples.count, heldOutRows: rows.heldOut.count,
            longest: (examples + rows.heldOut).map(\.tokens.count).max() ?? 1,
            padTokenID: card.generation.padTokenID ?? card.generation.endTokenIDs.first ?? 0, schedule: plan.schedule)
    }

    private static func write(_ examples: [TrainingExample], to place: URL) throws {
        try AtomicFile.write(to: place.path) { file in
            for example in examples { try file.write(Array((line(example) + "\n").utf8)) }
        }
    }

    /// A row as the trainers take it: the label of a token without a loss is -100. Labels are not shifted; every trainer does that itself.
    static func line(_ example: TrainingExample) -> String {
        let labels = zip(example.tokens, example.isTarget).map { $1 ? String($0) : "-100" }
        let ones = example.tokens.map { _ in "1" }
        return "{\"input_ids\": [\(example.tokens.map(String.init).joined(separator: ", "))], "
            + "\"attention_mask\": [\(ones.joined(separator: ", "))], \"labels\": [\(labels.joined(separator: ", "))]}"
    }

    private static func text(_ row: Finetuner.PreparedRow) -> String {
        let messages = row.row.dialogue(row.row.output) + row.row.further
        let object: JSONObject = [
            "id": .string(row.row.id), "role": .string(row.row.role.rawValue), "source": .string(row.row.source.rawValue),
            "messages": .array(messages.map { ["role": .string($0.role.rawValue), "content": .string($0.content)] }),
            "cut": .bool(row.isCut),
        ]
        return JSONValue.object(object).serialized
    }
}
