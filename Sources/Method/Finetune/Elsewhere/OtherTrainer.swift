import Ground

/// A program that trains language models elsewhere, on one GPU or on many, and takes its rows as we write them.
public enum OtherTrainer: String, Sendable, CaseIterable {
    case trl
    case axolotl
    case llamaFactory = "llama-factory"
    case torchtune

    /// The package by which it is installed and whose version is noted.
    var package: String { self == .llamaFactory ? "llamafactory" : rawValue }

    /// What it reads beside the rows, by name; every file is whole, so that a person can change it.
    ///
    /// - Throws: `FinetuneError.notForTrainer` for a model or a setting that it does not know.
    func files(_ settings: HandoverSettings) throws -> [String: String] {
        var files =
            switch self {
            case .trl: TRLFiles.files(settings)
            case .axolotl: try AxolotlFiles.files(settings)
            case .llamaFactory: try LlamaFactoryFiles.files(settings)
            case .torchtune: try TorchtuneFiles.files(settings)
            }
        files["finish.py"] = HandoverScripts.finish(package)
        files["README.md"] = HandoverScripts.readme(self, settings)
        return files
    }
}
