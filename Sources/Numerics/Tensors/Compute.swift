/// Every operation of the engine, with the threads it runs on; results do not depend on their number.
///
/// Shapes are preconditions. Matrices are the first dimension times the rest, so [t, heads, headDim] is [t, heads * headDim].
public struct Compute: Sendable {
    /// The threads that share the work.
    public let pool: ThreadPool
    /// The kernels in use; every set gives the same bits.
    public let instructionSet: InstructionSet
    /// What float products take their operands as; packed weights stay as they were packed, and attention computes in float32.
    public var products: ProductPrecision
    /// Whether OpenBLAS computes the float products; see BLASProduct.
    let usesBLAS: Bool
    let scratch = Scratch()

    /// Makes the operations, on the best instructions of this processor unless a test asks for others.
    public init(pool: ThreadPool, instructionSet: InstructionSet = .best, products: ProductPrecision = .float32) {
        precondition(instructionSet <= .best, "this processor has no \(instructionSet)")
        self.init(pool: pool, instructionSet: instructionSet, products: products, usesBLAS: BLASProduct.isNeeded)
    }

    /// As above, with the products of a processor without fused multiply-adds, so that tests reach them.
    package init(
        pool: ThreadPool, instructionSet: InstructionSet = .best, products: ProductPrecision = .float32, usesBLAS: Bool
    ) {
        self.pool = pool
        self.instructionSet = instructionSet
        self.products = products
        self.usesBLAS = usesBLAS
    }

    /// Shares 0..<count out in pieces of `grain`, whose borders do not depend on the threads.
    func split(_ count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
        guard count > 0 else { return }
        let pieces = (count + grain - 1) / grain
        pool.run(pieces) { piece in body(piece * grain..<min(count, (piece + 1) * grain)) }
    }

    /// Rows a task, so that a task touches about 16 Ki elements.
    func rowGrain(_ rowLength: Int) -> Int { max(1, 16384 / max(1, rowLength)) }
}
