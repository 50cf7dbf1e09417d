import Foundation
import Records
import Transformer

/// The model that a command takes where none is named: SmolLM2-135M-Instruct from the cache, or, where nobody fetched it, calf, a toy of
/// seven million weights that comes with the source; each with our adapters for the role.
///
/// A folder of models holds them by base and role: `smollm2/backward`, `smollm2/forward`, `calf/base`, `calf/backward`.
struct DefaultModel: Equatable {
    /// The folder of our adapters over the default base.
    static let adapters = "smollm2"
    /// The folder of the toy, its base among its roles.
    static let toy = "calf"

    let place: URL
    let isToy: Bool

    /// - Parameters:
    ///   - role: nil for the plain base.
    ///   - models: the folders that models may stand in; the first that has what is wanted gives it.
    /// - Returns: the adapters of the role, and where there are none the plain base, which answers, and writes instructions when it is
    ///   shown how. It says no score: without adapters nobody judges. nil where there is nothing to be had.
    init?(for role: ModelRole?, among models: [URL], cache: ModelCache) {
        func first(_ name: String) -> URL? {
            models.lazy.map { $0.appending(path: name) }.first(where: ModelFolder.holdsModel)
        }
        guard let base = cache.defaultModel ?? first("\(Self.toy)/base") else { return nil }
        isToy = cache.defaultModel == nil
        let family = isToy ? Self.toy : Self.adapters
        guard let place = role.flatMap({ first("\(family)/\($0.rawValue)") }) ?? (role == .judge ? nil : base) else { return nil }
        self.place = place
    }

    /// What is said where the toy is taken.
    static func toyNotice(_ cache: ModelCache) -> String {
        "No model is named, and the default one is not in \(cache.directory.path) (\(ModelCache.advice)), so \(toy), a toy for trying "
            + "things out, takes its place."
    }
}
