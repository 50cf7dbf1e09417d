import CKernels

/// The processor instructions a kernel is written for; every set gives the same bits.
public enum InstructionSet: Int32, CaseIterable, Comparable, Sendable, CustomStringConvertible {
    case scalar = 0
    case avx2 = 1
    case avx512 = 2
    case neon = 3

    /// The best set this processor has.
    public static let best = InstructionSet(rawValue: kernels_best()) ?? .scalar

    /// The sets this processor can run, from the plainest on.
    public static var available: [InstructionSet] { best == .neon ? [.scalar, .neon] : allCases.filter { $0 <= best } }

    /// The name that records carry: scalar, avx2, avx512 or neon.
    public var description: String {
        switch self {
        case .scalar: "scalar"
        case .avx2: "avx2"
        case .avx512: "avx512"
        case .neon: "neon"
        }
    }

    public static func < (a: InstructionSet, b: InstructionSet) -> Bool { a.rawValue < b.rawValue }
}
