import Synchronization
import Tensors

/// What the matrices that adapters are added to are multiplied as while these are trained.
public enum BasePrecision: String, CaseIterable, Codable, Sendable {
    /// As they are, by products of the training's precision.
    case float32
    /// As a `FrozenBase`.
    case int8
}

/// The matrices of a network that training leaves as they are, as 8-bit whole numbers laid out once for both directions of a product:
///
///     y ≈ x Wᵀ,  dx ≈ dy W
///
/// Forward, both sides are rounded as inference rounds them; back, to 7 bits, which AVX2 multiplies faster by two fifths. Forward 7 bits of
/// x moved Gemma's first loss by .019 (8 bits by .004), and 7 bits of W by .036 (.011). The gradient passes the rounding as if it were not there (Bengio et al. 2013, arXiv
/// 1308.3432, section 4: straight-through). Whole numbers add up exactly, so that the results are the same on every processor.
/// Memory: a little over two bytes a weight beside the weights themselves.
public struct FrozenBase<R: Real>: Sendable {
    /// A name of the rounding, by which a run knows that it is continued as it began.
    public static var scheme: String { "int8, 7 bits back" }

    private let layers: [[ParameterLayout.LayerPart: Matrix]]
    private let head: Matrix
    private let rows = RoundedRows()

    private struct Matrix: Sendable {
        let forward: PackedInt8Matrix
        let backward: PackedInt8Matrix
    }

    /// Writes the results of matrices that take the same input, one a part.
    ///
    /// Shapes: x [tokens, in], each result [tokens, out].
    func linear(_ x: Tensor<R>, _ parts: [ParameterLayout.LayerPart], layer: Int, into results: [Tensor<R>], on compute: Compute) {
        products(x, parts.map { layers[layer][$0]?.forward }, into: results, on: compute)
    }

    /// The logits before any cap.
    ///
    /// Shapes: hidden [rows, hiddenSize], result [rows, vocabularySize].
    func logits(_ hidden: Tensor<R>, on compute: Compute) -> Tensor<R> {
        let logits = Tensor<R>(toOverwrite: [hidden.rowCount, head.forward.outputs])
        products(hidden, [head.forward], into: [logits], on: compute)
        return logits
    }

    /// Writes the gradient by what the head took in.
    ///
    /// Shapes: dLogits [rows, vocabularySize], dHidden [rows, hiddenSize].
    func logitsBackward(_ dLogits: Tensor<R>, into dHidden: Tensor<R>, on compute: Compute) {
        backward(dLogits, head.backward, into: dHidden, accumulate: false, on: compute)
    }

    /// Writes the gradient by the input of a matrix, or adds it.
    ///
    /// Shapes: dy [tokens, out], dx [tokens, in].
    func linearBackward(
        _ dy: Tensor<R>, _ part: ParameterLayout.LayerPart, layer: Int, into dx: Tensor<R>, accumulate: Bool, on compute: Compute
    ) {
        backward(dy, layers[layer][part]?.backward, into: dx, accumulate: accumulate, on: compute)
    }

    private func backward(_ dy: Tensor<R>, _ matrix: PackedInt8Matrix?, into dx: Tensor<R>, accumulate: Bool, on compute: Compute) {
        guard let dy = dy as? Tensor<Float>, let dx = dx as? Tensor<Float>, let matrix else {
            preconditionFailure("a frozen base of \(R.self), or without this matrix")
        }
        rows.lend(dy.rowCount, dy.rowLength) { rounded in
            compute.quantise(dy, for: .light, into: rounded)
            compute.linear(rounded, matrix, into: dx, accumulate: accumulate)
        }
    }

    private func products(_ x: Tensor<R>, _ matrices: [PackedInt8Matrix?], into results: [Tensor<R>], on compute: Compute) {
        guard let x = x as? Tensor<Float>, let results = results as? [Tensor<Float>] else {
            preconditionFailure("a frozen base of \(R.self)")
        }
        let products = zip(matrices, results).map { matrix, y in
            guard let matrix else { preconditionFailure("a frozen base without a matrix") }
            return (w: matrix, y: y)
        }
        rows.lend(x.rowCount, x.rowLength) { rounded in
            compute.quantise(x, into: rounded)
            compute.linear(rounded, products)
        }
    }
}

extension FrozenBase<Float> {
    /// Lays the matrices out.
    public init(_ parameters: Parameters<Float>, on compute: Compute) {
        let arena = WeightArena()
        func matrix(_ weight: Tensor<Float>) -> Matrix {
            Matrix(
                forward: PackedInt8Matrix(RowSource(weight), on: compute, in: arena),
                backward: PackedInt8Matrix(RowSource(transposing: weight), isLight: true, on: compute, in: arena))
        }
        layers = parameters.layers.map { layer in
            [
                .query: matrix(layer.query), .key: matrix(layer.key), .value: matrix(layer.value), .output: matrix(layer.output),
                .gate: matrix(layer.gate), .up: matrix(layer.up), .down: matrix(layer.down),
            ]
        }
        head = matrix(parameters.head)
    }
}

extension TransformerConfiguration {
    /// What a `FrozenBase` of this shape takes, beside the weights.
    public var frozenBaseBytes: Int {
        func bytes(_ shape: [Int]) -> Int {
            PackedInt8Matrix.storedBytes(outputs: shape[0], inputs: shape[1])
                + PackedInt8Matrix.storedBytes(outputs: shape[1], inputs: shape[0])
        }
        let layer = AdapterSettings.Target.allCases.reduce(0) { $0 + bytes($1.part.shape(self)) }
        return layerCount * layer + bytes([vocabularySize, hiddenSize])
    }
}

/// Memory for rounded rows, kept from one product to the next.
private final class RoundedRows: Sendable {
    private let free = Mutex<[QuantisedRows]>([])

    func lend(_ count: Int, _ length: Int, _ body: (QuantisedRows) -> Void) {
        let found = free.withLock { $0.popLast() }
        let rows =
            found.flatMap { $0.capacity >= count && $0.longest >= length ? $0 : nil }
            ?? QuantisedRows(rows: max(count, found?.capacity ?? 0), longest: max(length, found?.longest ?? 0))
        body(rows)
        free.withLock { $0.append(rows) }
    }
}
