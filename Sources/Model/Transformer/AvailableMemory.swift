import Foundation

/// The memory a process may still take: the machine's, or its control group's where that is less.
public enum AvailableMemory {
    /// Bytes, or nil where the system does not say.
    public static func bytes() -> Int? {
        let machine = text("/proc/meminfo").flatMap(meminfo)
        let group = groupLimit(
            maximum: text("/sys/fs/cgroup/memory.max"), current: text("/sys/fs/cgroup/memory.current"),
            statistics: text("/sys/fs/cgroup/memory.stat"))
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

    /// The group's limit less what it uses; cached file pages that the system gives back on demand are not counted as used.
    static func groupLimit(maximum: String?, current: String?, statistics: String?) -> Int? {
        func number(_ text: String?) -> Int? { text.flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) } }
        guard let limit = number(maximum), let used = number(current) else { return nil }
        let cached = (statistics ?? "").split(separator: "\n").first { $0.hasPrefix("inactive_file ") }
            .flatMap { number(String($0.dropFirst("inactive_file ".count))) }
        return max(0, limit - max(0, used - (cached ?? 0)))
    }

    private static func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
}
