import Synchronization
import Tensors

/// Where a backward pass adds its gradients, which is also what is trained.
public enum Gradients<R: Real>: Sendable {
    /// Those of all weights; with `pending`, those by the embedding's rows wait there for `settle`.
    case weights(Parameters<R>, pending: PendingEmbedding<R>? = nil)
    /// Those of the adapters alone; the weights are frozen, and theirs are not computed.
    case adapters(Adapters<R>)

    var weights: Parameters<R>? {
        if case .weights(let parameters, _) = self { parameters } else { nil }
    }

    /// Adds what waits for the embedding, once all passes of a step are done.
    public func settle(on compute: Compute) {
        guard case .weights(let parameters, let pending?) = self else { return }
        for (rows, ids) in pending.take() { compute.scatterAddRows(rows, ids: ids, into: parameters.embedding) }
    }

    /// Adds the gradient by the embedding of the tokens `ids`, now or when `settle` is called; `rows` is not written to any more.
    func addEmbedding(_ rows: Tensor<R>, ids: [Int32], on compute: Compute) {
        guard case .weights(let parameters, let pending) = self else { return }
        guard let pending else { return compute.scatterAddRows(rows, ids: ids, into: parameters.embedding) }
        pending.append(rows, ids)
    }

    func layer(_ layer: Int) -> LayerGradients<R> {
        switch self {
        case .weights(let parameters, _): LayerGradients(weights: parameters.layers[layer], adapters: nil)
        case .adapters(let adapters): LayerGradients(weights: nil, adapters: adapters)
        }
    }
}

/// Gradients by rows of an embedding that is the output head as well, of all passes of a step.
///
/// Sums in Float depend on their order: head's first, then embedding's, whatever the passes a step is cut into, so that the size of a
/// pass changes no bit. Memory: hiddenSize numbers a token of the step.
public final class PendingEmbedding<R: Real>: Sendable {
    private let parts = Mutex<[(rows: Tensor<R>, ids: [Int32])]>([])

    public init() {}

    func append(_ rows: Tensor<R>, _ ids: [Int32]) { parts.withLock { $0.append((rows, ids)) } }

    func take() -> [(rows: Tensor<R>, ids: [Int32])] {
        parts.withLock { parts in
            defer { parts = [] }
            return parts
        }
    }
}

/// Where the backward pass of one layer adds its gradients.
struct LayerGradients<R: Real> {
    let weights: Parameters<R>.Layer?
    let adapters: Adapters<R>?
}
