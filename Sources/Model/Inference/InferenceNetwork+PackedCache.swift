import Tensors
import Transformer

extension InferenceNetwork {
    /// Models of fewer weights are packed in less time than a file is worth.
    public static let smallestCached = 32_000_000

    /// Opens a folder with the packed weights beside it, which are written where they are not there yet or do not hold; gives the folder's
    /// fingerprint too, which the file remembers.
    public static func open(
        _ folder: ModelFolder, precision: Precision, compute: Compute, cache: PackedCacheUse, smallest: Int = smallestCached
    ) throws(ModelError) -> (network: InferenceNetwork, fingerprint: String) {
        // Adapters change with every training, and what they make of a base is no file of the base's.
        guard precision == .int8, cache == .beside, !folder.hasAdapters, folder.configuration.parameterCount >= smallest else {
            return (try InferenceNetwork(folder: folder, precision: precision, compute: compute), try folder.fingerprint())
        }
        if let packed = PackedCache(folder) {
            try requireMemory(for: folder.configuration, precision: precision)
            if let ready = packed.matrices(matrixEntries(folder.configuration), in: WeightArena(), on: compute) {
                return (try InferenceNetwork(folder: folder, compute: compute, ready: ready), packed.fingerprint)
            }
        }
        // Taken before the weights are read: a change meanwhile makes the file one that does not hold.
        let sources = PackedCache.sources(of: folder)
        let network = try InferenceNetwork(folder: folder, precision: precision, compute: compute)
        let fingerprint = try folder.fingerprint()
        if let sources { PackedCache.write(network.packedMatrices, for: folder, fingerprint: fingerprint, sources: sources) }
        return (network, fingerprint)
    }

    /// Every packed matrix once, with its checkpoint name.
    var packedMatrices: [(name: String, matrix: PackedInt8Matrix)] {
        var matrices: [InferenceMatrix] = []
        for layer in layers { _ = layer.map(matrix: { matrices.append($0) }, vector: { _ in }) }
        return zip(Self.matrixEntries(configuration), matrices + [head]).compactMap { entry, matrix in
            guard case .int8(let packed) = matrix else { return nil }
            return (entry.name, packed)
        }
    }

    /// The matrices of the layers, in order, and the head.
    private static func matrixEntries(_ configuration: TransformerConfiguration) -> [ParameterLayout.Entry] {
        let layout = ParameterLayout(configuration)
        var entries: [ParameterLayout.Entry] = []
        for layer in layout.layers { _ = layer.map(matrix: { entries.append($0) }, vector: { _ in }) }
        return entries + [layout.head]
    }
}
