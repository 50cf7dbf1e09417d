import Tensors

/// A weight matrix [out, in], laid out once for products of inference.
enum InferenceMatrix: Sendable {
    case float32(PackedMatrix)
    case int8(PackedInt8Matrix)

    init(_ weights: RowSource, precision: Precision, compute: Compute, arena: WeightArena) {
        switch precision {
        case .float32: self = .float32(PackedMatrix(weights, on: compute))
        case .int8: self = .int8(PackedInt8Matrix(weights, on: compute, in: arena))
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
    /// y = x Wᵀ for every pair; input and matrices are of one precision.
    func product(_ x: ProductInput, _ products: [(w: InferenceMatrix, y: Tensor<Float>)]) {
        switch x {
        case .float32(let x):
            for (w, y) in products {
                guard case .float32(let w) = w else { preconditionFailure("a product of two precisions") }
                linear(x, w, into: y)
            }
        case .int8(let x):
            linear(
                x,
                products.map { w, y in
                    guard case .int8(let w) = w else { preconditionFailure("a product of two precisions") }
                    return (w, y)
                })
        }
    }

    /// y = x Wᵀ.
    func product(_ x: ProductInput, _ w: InferenceMatrix, into y: Tensor<Float>) { product(x, [(w, y)]) }
}
