import CKernels

/// A scalar type that the engine computes with: Float in use, Double as the oracle that proves its gradients.
public protocol Real: BinaryFloatingPoint, Codable, Sendable, SIMDScalar {
    /// The kernels for an instruction set that this processor has.
    static func kernels(_ set: InstructionSet) -> Kernels<Self>

    /// c [m, panel] += a [m, k] b [k, panel] by OpenBLAS.
    static func multiplyTile(
        _ m: Int, _ k: Int, _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>, _ c: UnsafeMutablePointer<Self>)
}

extension Float: Real {
    private static let tables = InstructionSet.available.map {
        Kernels(float_kernels($0.rawValue).pointee, bfloat_kernels($0.rawValue).pointee)
    }

    public static func kernels(_ set: InstructionSet) -> Kernels<Float> { tables[Int(set.rawValue)] }
}

extension Double: Real {
    private static let tables = InstructionSet.available.map { Kernels(double_kernels($0.rawValue).pointee) }

    public static func kernels(_ set: InstructionSet) -> Kernels<Double> { tables[Int(set.rawValue)] }
}
