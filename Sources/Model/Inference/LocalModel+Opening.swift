import Foundation
import Tensors

extension LocalModel {
    /// Opens a model folder on this many threads of its own; `sequences` bounds how many are continued together.
    public convenience init(directory: URL, precision: Precision, threads: Int, sequences: Int) throws {
        try self.init(
            directory: directory, precision: precision, compute: Compute(pool: ThreadPool(threads: threads)),
            options: .standard(sequences: sequences))
    }
}

extension BatchEngine.Options {
    /// The bounds with so many sequences in flight; enough tokens a step that prompts fill it beside them.
    static func standard(sequences: Int) -> BatchEngine.Options {
        BatchEngine.Options(sequences: sequences, tokensPerStep: max(512, 4 * sequences))
    }
}
