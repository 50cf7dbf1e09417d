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

    /// All weights of a network with their gradients.
    static func all(_ values: Parameters<R>, _ gradients: Parameters<R>) -> [Trainable] {
        zip(values.named, gradients.named).map { Trainable(name: $0.name, value: $0.tensor, gradient: $1.tensor) }
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
}
