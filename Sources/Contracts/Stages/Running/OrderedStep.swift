import Ground
import Records

/// What a stage made of one item: its outcomes, and numbers about them for the step that sees everything in order.
public struct StageYield: Sendable {
    public var outcomes: [Outcome]
    /// Made where work is parallel, so that what happens in order has little to do: keys by which duplicates are known, for instance.
    public var marks: [UInt64]

    /// Records that have become lines of the output already, line ends included, and how many; they stand no more in `outcomes`.
    private(set) var lines: [UInt8] = []
    private(set) var lineCount = 0

    public init(_ outcomes: [Outcome], marks: [UInt64] = []) {
        self.outcomes = outcomes
        self.marks = marks
    }

    /// Makes lines of the records where nothing will look at them again. JSON takes as long as many a transform, so this is done where
    /// work is parallel.
    mutating func writeRecords() {
        var rest: [Outcome] = []
        for outcome in outcomes {
            guard case .kept(let objects) = outcome else {
                rest.append(outcome)
                continue
            }
            for object in objects {
                object.write(into: &lines)
                lines.append(0x0A)
            }
            lineCount += objects.count
        }
        outcomes = rest
    }
}

/// What a stage does one item at a time, in input order, after the concurrent part: finding duplicates, for instance.
public struct OrderedStep: Sendable {
    /// Sees what came of each item in input order and gives what takes its place.
    public var review: @Sendable (StageYield) -> [Outcome]
    /// Sees each record that an interrupted run wrote, before `review` sees anything; so state can be built again.
    public var remember: @Sendable (JSONObject) -> Void

    public init(review: @escaping @Sendable (Outcome) -> [Outcome], remember: @escaping @Sendable (JSONObject) -> Void = { _ in }) {
        self.init(reviewItem: { $0.outcomes.flatMap(review) }, remember: remember)
    }

    /// As above, with the marks of each item.
    public init(reviewItem: @escaping @Sendable (StageYield) -> [Outcome], remember: @escaping @Sendable (JSONObject) -> Void = { _ in }) {
        review = reviewItem
        self.remember = remember
    }
}

/// What a stage does that must see everything before it can write anything: finding groups of near-duplicates, for instance.
///
/// Meanwhile what came of the items lies in a temporary file. An interrupted run that is resumed sees everything again and goes on writing
/// where it stopped.
public struct Deferral: Sendable {
    /// Sees what came of each item, in input order.
    public var see: @Sendable (StageYield) -> Void
    /// Called once, after the last.
    public var close: @Sendable () throws -> Void
    /// Why a record goes after all, nil where it stays; records are numbered from 0 in the order in which `see` saw them among the kept.
    public var rejection: @Sendable (Int) -> Rejection?

    public init(
        see: @escaping @Sendable (StageYield) -> Void, close: @escaping @Sendable () throws -> Void,
        rejection: @escaping @Sendable (Int) -> Rejection?
    ) {
        self.see = see
        self.close = close
        self.rejection = rejection
    }
}
