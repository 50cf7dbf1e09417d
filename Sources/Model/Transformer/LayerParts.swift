/// The parts of one layer, of whatever kind they are: names with shapes, weights, gradients, matrices laid out for inference.
///
/// Parts that are nil belong to other families of networks.
public struct LayerParts<Matrix, Vector> {
    public let inputNorm: Vector
    public let query: Matrix
    public let queryBias: Vector?
    public let queryNorm: Vector?
    public let key: Matrix
    public let keyBias: Vector?
    public let keyNorm: Vector?
    public let value: Matrix
    public let valueBias: Vector?
    public let output: Matrix
    public let outputBias: Vector?
    public let attentionOutputNorm: Vector?
    public let feedForwardNorm: Vector
    public let gate: Matrix
    public let up: Matrix
    public let down: Matrix
    public let feedForwardOutputNorm: Vector?

    /// The same parts of another kind, made in the order of this declaration.
    public func map<NewMatrix, NewVector, Failure: Error>(
        matrix: (Matrix) throws(Failure) -> NewMatrix, vector: (Vector) throws(Failure) -> NewVector
    ) throws(Failure) -> LayerParts<NewMatrix, NewVector> {
        func optional(_ part: Vector?) throws(Failure) -> NewVector? {
            guard let part else { return nil }
            return try vector(part)
        }
        return LayerParts<NewMatrix, NewVector>(
            inputNorm: try vector(inputNorm),
            query: try matrix(query), queryBias: try optional(queryBias), queryNorm: try optional(queryNorm),
            key: try matrix(key), keyBias: try optional(keyBias), keyNorm: try optional(keyNorm),
            value: try matrix(value), valueBias: try optional(valueBias),
            output: try matrix(output), outputBias: try optional(outputBias), attentionOutputNorm: try optional(attentionOutputNorm),
            feedForwardNorm: try vector(feedForwardNorm), gate: try matrix(gate), up: try matrix(up), down: try matrix(down),
            feedForwardOutputNorm: try optional(feedForwardOutputNorm))
    }
}

extension LayerParts: Sendable where Matrix: Sendable, Vector: Sendable {}
extension LayerParts: Equatable where Matrix: Equatable, Vector: Equatable {}
