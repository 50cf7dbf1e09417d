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
        try AtomicFolder.write(directory, replacing: replaces) { part in
            try Self.write(rows.examples.map(\.example), to: part.appending(path: Self.rowsName))
            if !rows.heldOut.isEmpty { try Self.write(rows.heldOut, to: part.appending(path: Self.heldOutName)) }
            try AtomicFile.write(to: part.appending(path: Self.messagesName).path) { file in
                for row in rows.examples { try file.write(Array((Self.text(row) + "\n").utf8)) }
            }
            try AtomicFile.write(JSONValue.object(settings.json).serialized + "\n", to: part.appending(path: Self.settingsName).path)
            let card = part.appending(path: Self.cardName)
            try rows.base.tokenizer.write(to: card)
            try rows.base.folder.card(of: rows.notes).write(to: card)
            for (name, text) in files { try AtomicFile.write(text, to: part.appending(path: name).path) }
        }
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
