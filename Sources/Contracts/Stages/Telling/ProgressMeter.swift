import Foundation
import Ground

/// What people see of a run that lasts: a bar on a terminal, a line now and then elsewhere, and early on how long all of it will take.
struct ProgressMeter {
    private let stage: String
    private let isQuiet: Bool
    private let isTerminal: Bool
    private let now: @Sendable () -> Double
    private let say: @Sendable (String) -> Void
    private let begin: Double
    private var outlook = StageOutlook()
    private var lastShown: Double
    private var isBarShown = false
    private var hasEstimated = false
    private var linesSaid = 0

    /// The items after which an estimate is worth saying.
    private static let enoughToEstimate = 20
    /// An estimate below this many seconds is not worth a line.
    private static let longEnoughToSay = 60.0

    init(
        stage: String, isQuiet: Bool, isTerminal: Bool = isatty(2) == 1, saysEstimate: Bool = true,
        now: @escaping @Sendable () -> Double = ProgressMeter.clock,
        say: @escaping @Sendable (String) -> Void = { StandardStreams.say($0) }
    ) {
        self.stage = stage
        self.isQuiet = isQuiet
        self.isTerminal = isTerminal
        self.now = now
        self.say = say
        hasEstimated = !saysEstimate
        begin = now()
        lastShown = begin
    }

    /// Seconds of a clock that never goes back.
    static let clock: @Sendable () -> Double = { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }

    var seconds: Double { now() - begin }

    mutating func know(_ outlook: StageOutlook) { self.outlook = outlook }

    /// Shows where the run stands, if it is time to.
    mutating func show(items: Int, resumed: Int, position: Int) {
        guard !isQuiet else { return }
        let share = share(items: items, position: position)
        let left = remaining(share: share, resumedShare: self.share(items: resumed, position: outlook.skippedBytes))
        estimate(done: items - resumed, left: left)
        let time = now()
        guard time - lastShown >= (isTerminal ? 0.2 : pause) else { return }
        lastShown = time
        let text = line(items: items, done: items - resumed, share: share, left: left)
        if isTerminal {
            isBarShown = true
            say("\r\(text)\u{1B}[K")
        } else {
            linesSaid += 1
            say(text + "\n")
        }
    }

    /// Takes the bar away and says the last words.
    mutating func end(_ words: String) {
        guard !isQuiet else { return }
        if isBarShown { say("\r\u{1B}[K") }
        isBarShown = false
        say(words)
    }

    /// Lines grow rarer: after 10 seconds, then 30, then every minute.
    private var pause: Double { linesSaid == 0 ? 10 : linesSaid == 1 ? 30 : 60 }

    private func share(items: Int, position: Int) -> Double? {
        if let all = outlook.items, all > 0 { return min(1, Double(items) / Double(all)) }
        if let all = outlook.totalBytes, all > 0 { return min(1, Double(position) / Double(all)) }
        return nil
    }

    private func remaining(share: Double?, resumedShare: Double?) -> Double? {
        guard let share, let before = resumedShare, share > before, share > 0 else { return nil }
        return seconds * (1 - share) / (share - before)
    }

    private mutating func estimate(done: Int, left: Double?) {
        guard !hasEstimated, done >= Self.enoughToEstimate, let left else { return }
        hasEstimated = true
        guard left >= Self.longEnoughToSay else { return }
        let memory = Self.residentBytes.map { " and \(Figures.size($0)) of memory" } ?? ""
        if isBarShown { say("\r\u{1B}[K") }
        isBarShown = false
        say(
            "\(stage): all of it will take about \(Figures.duration(seconds + left))\(memory). If that is too much: --limit N or "
                + "--sample N takes a part; Ctrl-C stops in order, and with -o FILE --resume goes on later.\n")
    }

    private func line(items: Int, done: Int, share: Double?, left: Double?) -> String {
        var text = stage
        if let share {
            let full = Int(20 * share)
            text += " [" + String(repeating: "=", count: full) + String(repeating: " ", count: 20 - full) + "]"
            text += " \(Int(100 * share)) %"
        }
        text += "  \(Figures.grouped(items))\(total(items: items, share: share))"
        if seconds > 0 { text += "  \(Self.rate(Double(done) / seconds))/s" }
        if let left { text += "  \(Figures.duration(left)) left" }
        return text
    }

    /// How many there are in all: as counted, or, where only bytes are known, about as many as have come in so much of the input.
    private func total(items: Int, share: Double?) -> String {
        if let all = outlook.items { return all >= items ? " of \(Figures.grouped(all))" : "" }
        guard let share, share > 0.01, items >= 20, outlook.skippedBytes == 0 else { return "" }
        let all = Double(items) / share
        let step = pow(10, max(0, floor(log10(max(1, all))) - 1))
        return " of about \(Figures.grouped(Int((all / step).rounded() * step)))"
    }

    static func rate(_ rate: Double) -> String {
        rate >= 100 ? Figures.grouped(Int(rate)) : Figures.fixed(rate, rate >= 10 ? 1 : 2)
    }

    /// The memory that this process holds now.
    private static var residentBytes: Int? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
            let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return nil }
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }
}
