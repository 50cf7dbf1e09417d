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

    /// y = x Wᵀ.
    func apply(to x: Tensor<Float>, into y: Tensor<Float>, on compute: Compute) {
        switch self {
        case .float32(let packed): compute.linear(x, packed, into: y)
        case .int8(let packed): compute.linear(x, packed, into: y)
        }
    }
}
