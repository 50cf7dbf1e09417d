import Tensors

/// The rotary tables of a network: one for all its layers, or a second one for those with local positions.
public struct RopeTables<R: Real>: Sendable {
    private let configuration: TransformerConfiguration
    private let global: RopeTable<R>
    private let local: RopeTable<R>?

    public init(_ configuration: TransformerConfiguration) {
        func table(_ scaling: RopeScaling, _ theta: Double) -> RopeTable<R> {
            RopeTable(
                headDim: configuration.headDimension,
                frequencies: scaling.frequencies(headDimension: configuration.headDimension, theta: theta),
                positions: configuration.contextLength)
        }
        self.configuration = configuration
        global = table(configuration.ropeScaling, configuration.ropeTheta)
        local = configuration.form.layers.contains { $0.positions == .localRotary } ? table(.none, configuration.form.localRopeTheta) : nil
    }

    /// The table of this layer; nil where its attention knows no positions.
    public func table(layer: Int) -> RopeTable<R>? {
        switch configuration.attention(layer: layer).positions {
        case .rotary: global
        case .localRotary: local
        case .none: nil
        }
    }
}
