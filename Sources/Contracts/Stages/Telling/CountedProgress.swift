import Synchronization

/// What people see of work that is counted but is no stage: a bar on a terminal, a line now and then elsewhere, each with the total.
public final class CountedProgress: Sendable {
    private let meter: Mutex<ProgressMeter>

    public init(_ name: String, of total: Int, isQuiet: Bool) {
        var meter = ProgressMeter(stage: name, isQuiet: isQuiet, saysEstimate: false)
        meter.know(StageOutlook(items: total))
        self.meter = Mutex(meter)
    }

    /// Says that so much is done.
    public func show(_ done: Int) { meter.withLock { $0.show(items: done, resumed: 0, position: 0) } }

    /// Takes the bar away.
    public func end() { meter.withLock { $0.end("") } }
}
