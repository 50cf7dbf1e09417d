/// The forest that tells main content from the rest, with the features it reads.
struct ContentModel: Sendable {
    static let shared = ContentModel()

    private let forest: ObliviousForest
    private let columns: [Int]
    /// The features of `BlockFeatures` that the forest reads.
    let wanted: [Bool]

    private init() {
        let index = Dictionary(uniqueKeysWithValues: BlockFeatures.names.enumerated().map { ($1, $0) })
        guard let forest = ObliviousForest(features: contentForestFeatures, data: contentForestData.joined()) else {
            preconditionFailure("the forest in this program is damaged")
        }
        self.forest = forest
        columns = forest.features.map { index[$0] ?? -1 }
        precondition(!columns.contains(-1), "the forest in this program reads a feature that is not made")
        var wanted = [Bool](repeating: false, count: BlockFeatures.names.count)
        for column in columns { wanted[column] = true }
        self.wanted = wanted
    }

    /// How probable each block belongs to the main content.
    func probabilities(_ features: BlockFeatures) -> [Float] { forest.sums(features.table, columns: columns).map(ContentModel.sigmoid) }

    /// 1 / (1 + e^-x), made of multiplications and additions alone: the C library's exponential differs between processors in its last bit.
    static func sigmoid(_ x: Float) -> Float {
        let power = max(-60, min(60, -x * 1.442_695))
        let whole = power.rounded(.down)
        let rest = power - whole
        let fraction = 1 + rest * (0.693_147_2 + rest * (0.240_226_5 + rest * (0.055_504_1 + rest * (0.009_618_1 + rest * 0.001_333_4))))
        return 1 / (1 + fraction * Float(sign: .plus, exponent: Int(whole), significand: 1))
    }
}
