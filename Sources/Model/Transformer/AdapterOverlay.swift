import Foundation
import Tensors

/// Adapters that lie over a checkpoint: the tensors that are read have them added, as `Adapters.merge` would.
struct AdapterOverlay: Sendable {
    private let pairs: [String: Adapters<Float>.Pair]
    private let scale: Double
    private let compute: Compute

    init(_ adapters: Adapters<Float>, threads: Int = ProcessInfo.processInfo.activeProcessorCount) {
        pairs = adapters.pairsByName
        scale = adapters.settings.scale
        compute = Compute(pool: ThreadPool(threads: threads))
    }

    /// Whether the adapters add anything to the weights of this name.
    func changes(_ name: String) -> Bool { pairs[name] != nil }

    /// Adds what the adapters add to the weights of this name.
    func add<R: Real>(to weights: Tensor<R>, name: String) {
        guard let pair = pairs[name] else { return }
        func converted(_ tensor: Tensor<Float>) -> Tensor<R> {
            tensor as? Tensor<R> ?? Tensor(tensor.array.map { R($0) }, shape: tensor.shape)
        }
        let addition = Tensor<R>(toOverwrite: weights.shape)
        compute.multiply(converted(pair.b), converted(pair.a), into: addition)
        compute.axpy(R(scale), addition, to: weights)
    }
}
