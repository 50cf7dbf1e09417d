import Tensors

/// A weight matrix [out, in], laid out once for products of inference.
enum InferenceMatrix: Sendable {
    case float32(PackedMatrix)
    case int8(PackedInt8Matrix)

    init(_ weights: Tensor<Float>, precision: Precision, compute: Compute) {
        switch precision {
        case .float32: self = .float32(PackedMatrix(weights, on: compute))
        case .int8: self = .int8(PackedInt8Matrix(weights, on: compute))
        }
    }

    /// The number of weights.
    var weights: Int {
        switch self {
        case .float32(let packed): packed.outputs * packed.inputs
        case .int8(let packed): packed.outputs * packed.inputs
        }
    }
}

/// The left-hand side of products, prepared once for all the matrices that take it.
enum ProductInput {
    case float32(Tensor<Float>)
    case int8(QuantisedRows)
}

extension Compute {
    /// y = x Wᵀ; input and matrix are of one precision.
    func product(_ x: ProductInput, _ w: InferenceMatrix, into y: Tensor<Float>) {
        switch (x, w) {
        case (.float32(let x), .float32(let w)): linear(x, w, into: y)
        case (.int8(let x), .int8(let w)): linear(x, w, into: y)
        default: preconditionFailure("a product of two precisions")
        }
    }
}
