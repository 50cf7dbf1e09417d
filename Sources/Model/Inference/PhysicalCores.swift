import Foundation

/// The cores that this process may use, two hardware threads of one counted once: they share its arithmetic, which is what inference and
/// training want.
public enum PhysicalCores {
    public static let count = count(
        siblings: (0..<ProcessInfo.processInfo.processorCount).map {
            try? String(contentsOfFile: "/sys/devices/system/cpu/cpu\($0)/topology/thread_siblings_list", encoding: .utf8)
        }, allowed: ProcessInfo.processInfo.activeProcessorCount)

    /// Processors that name the same siblings are one core; where the system does not say, each is one.
    static func count(siblings: [String?], allowed: Int) -> Int {
        let lists = siblings.compactMap { $0?.trimmingCharacters(in: .whitespacesAndNewlines) }
        let cores = lists.count == siblings.count && !lists.isEmpty ? Set(lists).count : allowed
        return max(1, min(allowed, cores))
    }
}
