/// What a stage does one outcome at a time, in input order, after the concurrent part: finding duplicates, for instance.
public struct OrderedStep: Sendable {
    /// Sees each outcome in input order and gives what takes its place.
    public var review: @Sendable (Outcome) -> [Outcome]
    /// Sees each record that an interrupted run wrote, before `review` sees anything; so state can be built again.
    public var remember: @Sendable (JSONObject) -> Void

    public init(review: @escaping @Sendable (Outcome) -> [Outcome], remember: @escaping @Sendable (JSONObject) -> Void = { _ in }) {
        self.review = review
        self.remember = remember
    }
}
