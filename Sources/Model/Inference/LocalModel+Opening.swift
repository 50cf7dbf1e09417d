import Foundation
import Tensors

extension LocalModel {
    /// Opens a model folder on this many threads of its own; `sequences` bounds how many are continued together.
    public convenience init(directory: URL, precision: Precision, threads: Int, sequences: Int) throws {
        try self.init(
            directory: directory, precision: precision, compute: Compute(pool: ThreadPool(threads: threads)),
            options: BatchEngine.Options(sequences: sequences, tokensPerStep: max(512, 4 * sequences)))
    }
}
