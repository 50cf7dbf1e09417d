import Tensors
import Transformer

/// The keys and values of one sequence's tokens so far, layer by layer.
///
/// Shapes: keys, values [capacity, keyValueHeads, headDim] a layer, the first `count` rows in use. Belongs to one thread at a time.
final class KVCache {
    private(set) var count = 0
    private(set) var capacity = 0
    private var keys: [Tensor<Float>] = []
    private var values: [Tensor<Float>] = []
    private let configuration: TransformerConfiguration

    init(_ configuration: TransformerConfiguration) {
        self.configuration = configuration
    }

    /// Makes room for `needed` tokens; capacity doubles, up to `limit`, so that a long sequence is copied few times, and one whose end is
    /// near never.
    func reserve(_ needed: Int, limit: Int) {
        precondition(needed <= limit, "a cache of at most \(limit) tokens cannot hold \(needed)")
        guard needed > capacity else { return }
        let grown = limit <= 2 * max(needed, 256) ? limit : max(needed, 2 * capacity)
        func enlarge(_ old: [Tensor<Float>]) -> [Tensor<Float>] {
            (0..<configuration.layerCount).map { layer in
                let new = Tensor<Float>(toOverwrite: [grown, configuration.keyValueHeadCount, configuration.headDimension])
                if count > 0 { new.rows(0..<count).copy(from: old[layer].rows(0..<count)) }
                return new
            }
        }
        keys = enlarge(keys)
        values = enlarge(values)
        capacity = grown
    }

    /// Writes the keys and values of some new tokens, the first of them `offset` behind those in use; they count once `advance` says so,
    /// when all layers have them. Different tokens may be written at the same time.
    func write(layer: Int, keys newKeys: Tensor<Float>, values newValues: Tensor<Float>, offset: Int = 0) {
        let place = count + offset..<count + offset + newKeys.rowCount
        keys[layer].rows(place).copy(from: newKeys)
        values[layer].rows(place).copy(from: newValues)
    }

    func advance(by tokens: Int) { count += tokens }

    /// Takes over the first tokens of another sequence that begins alike.
    func copyPrefix(of other: KVCache, count shared: Int, limit: Int) {
        precondition(count == 0 && shared <= other.count, "a prefix is copied into an empty cache, from tokens that are there")
        reserve(shared, limit: limit)
        for layer in 0..<configuration.layerCount {
            keys[layer].rows(0..<shared).copy(from: other.keys[layer].rows(0..<shared))
            values[layer].rows(0..<shared).copy(from: other.values[layer].rows(0..<shared))
        }
        count = shared
    }

    /// The rows of `q` that attend to this sequence, the first of them at `position`; the tokens just written are seen.
    func segment(layer: Int, rows: Range<Int>, position: Int) -> AttentionSegment<Float> {
        let seen = 0..<position + rows.count
        return AttentionSegment(
            rows: rows, keys: keys[layer].rows(seen), values: values[layer].rows(seen), firstPosition: position,
            window: configuration.attention(layer: layer).window)
    }
}
