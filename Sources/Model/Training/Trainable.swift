import Ground
import Tensors
import Transformer

/// A tensor that training changes, and its gradient.
struct Trainable<R: Real> {
    let name: String
    let value: Tensor<R>
    let gradient: Tensor<R>

    /// Matrices are decayed; norms, which are vectors, are not.
    var isMatrix: Bool { value.shape.count == 2 }

    /// Whether Muon may update it: a matrix inside a layer, neither embedding nor head.
    var isHiddenMatrix: Bool { isMatrix && name.contains(".layers.") }

    /// The tensors that training changes: the adapters where the network has some, all weights otherwise.
    static func values(_ network: TransformerNetwork<R>) -> [(name: String, tensor: Tensor<R>)] {
        network.adapters?.named ?? network.parameters.named
    }

    /// The same with gradients of their own.
    static func all(_ network: TransformerNetwork<R>) -> (trainables: [Trainable], gradients: Gradients<R>) {
        let gradients: Gradients<R>
        let named: [(name: String, tensor: Tensor<R>)]
        if let adapters = network.adapters {
            let zeros = Adapters<R>(zeros: network.configuration, settings: adapters.settings)
            (gradients, named) = (.adapters(zeros), zeros.named)
        } else {
            let zeros = Parameters<R>(zeros: network.configuration)
            let pending = network.configuration.tiesEmbeddings ? PendingEmbedding<R>() : nil
            (gradients, named) = (.weights(zeros, pending: pending), zeros.named)
        }
        let trainables = zip(values(network), named).map { Trainable(name: $0.name, value: $0.tensor, gradient: $1.tensor) }
        return (trainables, gradients)
    }
}

extension Tensor {
    /// The tensor as an array of a checkpoint.
    func blob(_ name: String) -> CheckpointStore.Blob {
        let byteCount = count * MemoryLayout<Element>.stride
        return .init(name: name, byteCount: byteCount) { body in
            try body(UnsafeMutableRawBufferPointer(start: self.pointer, count: byteCount))
        }
    }

    /// Adds the tensor's bytes to a hash.
    func combine(into hash: inout ContentFingerprint) {
        hash.combine(UnsafeRawBufferPointer(start: pointer, count: count * MemoryLayout<Element>.stride))
    }
}

extension TransformerNetwork {
    /// The masks of one pass of one step, those of the adapters among them.
    func dropout(_ rate: Double, seed: UInt64, firstToken: Int) -> ResidualDropout {
        ResidualDropout(rate: rate, seed: seed, firstToken: firstToken, adapterRate: adapters?.settings.dropout ?? 0)
    }
}
