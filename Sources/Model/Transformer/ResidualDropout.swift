import Ground

/// Dropout where blocks write into the residual stream: on the embedding and on each block's output, in training only.
///
/// A mask is a function of the seed, the place in the network and the token's number alone, so that it is the same on a second call,
/// in the backward pass, and however a step is cut into passes.
public struct ResidualDropout: Sendable, Equatable {
    /// The share of elements set to zero, from 0 up to, not including, 1; the rest grow by 1 / (1 - rate).
    public var rate: Double
    /// A number of its own for every optimizer step.
    public var seed: UInt64
    /// The number of tokens of the step that came in earlier passes.
    public var firstToken: Int
    /// The same share for the inputs of adapters, which have masks of their own.
    public var adapterRate: Double

    public init(rate: Double, seed: UInt64, firstToken: Int = 0, adapterRate: Double = 0) {
        precondition([rate, adapterRate].allSatisfy { $0 >= 0 && $0 < 1 }, "a dropout rate lies from 0 up to 1")
        self.rate = rate
        self.seed = seed
        self.firstToken = firstToken
        self.adapterRate = adapterRate
    }

    /// No dropout at all.
    public static let none = ResidualDropout(rate: 0, seed: 0)

    /// The places of a network that have a mask of their own.
    enum Site {
        case embedding
        case attention(layer: Int)
        case feedForward(layer: Int)
        case adapter(layer: Int, target: Int)

        var number: UInt64 {
            switch self {
            case .embedding: 0
            case .attention(let layer): UInt64(2 * layer + 1)
            case .feedForward(let layer): UInt64(2 * layer + 2)
            case .adapter(let layer, let target): 1 << 32 + UInt64(8 * layer + target)
            }
        }
    }

    /// 64 bits that differ for every seed and place.
    func key(_ site: Site) -> UInt64 { SplitMix.number(site.number, ofSeed: seed) }
}
