import Finetune
import Foundation
import Inference
import LanguageModels
import Rounds
import Transformer

/// The options that every loop has beside those of its stages.
enum LoopFlags {
    static let folder = Option<String?>.folder(
        "run", "Everything that the loop makes; the same command again goes on from here. One process at a time.")
    static let dryRun = Option<Bool>.flag(
        "dry-run", "Check what is named and tell the steps: what is done, and what the others will take. Nothing is done.")

    /// What the files of seeds call their fields.
    static let fields = FieldFlags.pairs

    /// What inference takes, in every loop.
    static let inference: [any DeclaredOption] = [
        SharedOptions.precision, SharedOptions.batch, SharedOptions.keyValueMemory, SharedOptions.threads, SharedOptions.noPackedCache,
        SharedOptions.noSharedPrefixes, SharedOptions.seed, SharedOptions.maxBroken, SharedOptions.quiet,
    ]

    /// How the trainings of a loop are told, in groups: as `finetune` has them.
    static var training: [OptionGroup] {
        [
            OptionGroup("Training", FinetuneFlags.rows + FinetuneFlags.loop.training + FinetuneFlags.running),
            FinetuneFlags.adapters, OptionGroup("Inference", inference), .servers,
        ]
    }

    /// The folder of the loop.
    static func directory(_ arguments: Arguments) throws(UsageError) -> URL {
        guard let folder = arguments[folder] else { throw .combination("--run DIR is missing: the folder of the run.") }
        return URL(filePath: folder)
    }

    /// The files of seed pairs, of which a loop needs one at least.
    static func seedFiles(_ arguments: Arguments) throws(UsageError) -> [String] {
        guard !arguments[FinetuneFlags.seedData].isEmpty else {
            throw .combination("--seed-data FILE is missing: pairs written by people.")
        }
        return arguments[FinetuneFlags.seedData]
    }

    /// How every model of the loop is trained; roles and output are each step's own.
    static func training(_ arguments: Arguments, in directory: URL) throws -> FinetunePlan {
        try FinetuneFlags.loop.plan(
            arguments, roles: [.forward], base: try ModelLocator.folder(arguments[SharedOptions.base], for: nil, flag: "--base"),
            output: directory)
    }

    /// How the loop comes by models.
    static func models(_ arguments: Arguments) -> LoopModels {
        LoopModels(
            open: { try ModelLocator.open(named: $0, arguments) },
            settings: ["precision": .string(arguments[SharedOptions.precision].rawValue)],
            memory: { name in
                let shape = try ModelFolder(directory: URL(filePath: name)).configuration
                return InferenceNetwork.memory(for: shape, precision: arguments[SharedOptions.precision])
            })
    }
}

extension LoopDisplay {
    init(_ display: TrainingDisplay) { self.init(note: display.note, trainingProgress: display.show) }
}
