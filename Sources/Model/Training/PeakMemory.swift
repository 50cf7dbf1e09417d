import Foundation

/// The greatest resident memory that this process has had.
public enum PeakMemory {
    public static func bytes() -> Int {
        var usage = rusage()
        guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
        // Linux counts in KiB.
        return usage.ru_maxrss << 10
    }
}
