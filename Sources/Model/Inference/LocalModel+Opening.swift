import Foundation
import Tensors

extension LocalModel {
    /// Opens a model folder on this many threads of its own; `sequences` bounds how many are continued together, and `cacheBytes` what
    /// their keys and values take; prompts share their beginnings unless `sharesPrefixes` forbids it.
    public convenience init(
        directory: URL, name: String? = nil, precision: Precision, threads: Int, sequences: Int, cacheBytes: Int, cache: PackedCacheUse,
        sharesPrefixes: Bool = true
    ) throws {
        var options = BatchEngine.Options.standard(sequences: sequences)
        options.cacheBytes = cacheBytes
        options.sharesPrefixes = sharesPrefixes
        try self.init(
            directory: directory, name: name, precision: precision, compute: Compute(pool: ThreadPool(threads: threads)), options: options,
            cache: cache)
    }
}

extension BatchEngine.Options {
    /// The bounds with so many sequences in flight; enough tokens a step that prompts fill it beside them.
    static func standard(sequences: Int) -> BatchEngine.Options {
        BatchEngine.Options(sequences: sequences, tokensPerStep: max(512, 4 * sequences))
    }
}
