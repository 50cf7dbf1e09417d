import Foundation

/// The memory a process may still take: the machine's, or its control group's where that is less.
public enum AvailableMemory {
    /// Bytes, or nil where the system does not say.
    public static func bytes() -> Int? {
        let machine = text("/proc/meminfo").flatMap(meminfo)
        let group = groupLimit(maximum: text("/sys/fs/cgroup/memory.max"), current: text("/sys/fs/cgroup/memory.current"))
        return [machine, group].compactMap { $0 }.min()
    }

    /// Throws where `needed` bytes are more than there are; says nothing where the system does not say.
    public static func require(_ needed: Int, advice: String) throws(ModelError) {
        guard let available = bytes(), needed > available else { return }
        throw .notEnoughMemory(needed: needed, available: available, advice: advice)
    }

    static func meminfo(_ text: String) -> Int? {
        for line in text.split(separator: "\n") where line.hasPrefix("MemAvailable:") {
            return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
        }
        return nil
    }

    static func groupLimit(maximum: String?, current: String?) -> Int? {
        guard let limit = maximum.flatMap({ Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }),
            let used = current.flatMap({ Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) })
        else { return nil }
        return max(0, limit - used)
    }

    private static func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
}
