import Tensors

/// Where a backward pass adds its gradients, which is also what is trained.
public enum Gradients<R: Real>: Sendable {
    /// Those of all weights.
    case weights(Parameters<R>)
    /// Those of the adapters alone; the weights are frozen, and theirs are not computed.
    case adapters(Adapters<R>)

    var weights: Parameters<R>? {
        if case .weights(let parameters) = self { parameters } else { nil }
    }

    func layer(_ layer: Int) -> LayerGradients<R> {
        switch self {
        case .weights(let parameters): LayerGradients(weights: parameters.layers[layer], adapters: nil)
        case .adapters(let adapters): LayerGradients(weights: nil, adapters: adapters)
        }
    }
}

/// Where the backward pass of one layer adds its gradients.
struct LayerGradients<R: Real> {
    let weights: Parameters<R>.Layer?
    let adapters: Adapters<R>?
}
