import Foundation

/// The folder of real models that other people trained (../shared/models/get.sh fetches them); HUMPBACK_REAL_MODELS names it, and without it
/// those tests skip, loudly.
public enum RealModels {
    /// The file of this name, or nil where there is none.
    public static func file(_ name: String) -> URL? {
        guard let folder = ProcessInfo.processInfo.environment["HUMPBACK_REAL_MODELS"] else { return nil }
        let place = URL(filePath: folder).appending(path: name)
        return FileManager.default.fileExists(atPath: place.path) ? place : nil
    }

    /// Whether the file lies there: `@Test(.enabled(if: RealModels.has("x.gguf"), "needs HUMPBACK_REAL_MODELS"))`.
    public static func has(_ names: String...) -> Bool { names.allSatisfy { file($0) != nil } }
}
