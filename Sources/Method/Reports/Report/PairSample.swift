import Ground
import Records

/// A record to look at, and what a reader wants to know of it.
struct PairView: Sendable {
    let id: String
    let record: JSONObject
    let score: Double?
    /// Why it was dropped; nil for what stayed.
    let rejection: Rejection?
    /// What it is sorted by where scores are equal, and chosen by: the hash of its id.
    let hash: UInt64

    init(_ record: JSONObject, rejection: Rejection? = nil) {
        id = record["id"]?.string ?? RecordID.make(record["instruction"]?.string ?? "", record["output"]?.string ?? "")
        score = record["score"]?.double
        hash = stableHash64(id, seed: 0x9A1_5A3B)
        self.rejection = rejection
        self.record = record
    }
}

/// Pairs to look at: some chosen by the hash of their ids, the best rated and the worst rated. The same ones whatever their order.
struct PairSample: Sendable {
    let size: Int
    private(set) var count = 0
    private var chosen: [PairView] = []
    private var best: [PairView] = []
    private var worst: [PairView] = []
    private var extremes: Int { max(1, size / 5) }

    init(size: Int) { self.size = size }

    mutating func offer(_ view: PairView) {
        count += 1
        Self.keep(view, in: &chosen, size) { $0.hash < $1.hash }
        guard let score = view.score, score.isFinite else { return }
        Self.keep(view, in: &best, extremes) { ($1.score ?? 0, $0.hash) < ($0.score ?? 0, $1.hash) }
        Self.keep(view, in: &worst, extremes) { ($0.score ?? 0, $0.hash) < ($1.score ?? 0, $1.hash) }
    }

    /// Keeps the first ones of an order, sorted. Of one id, which may come once an iteration, the one that comes first in the order stays,
    /// and of equal ones the last that came.
    private static func keep(_ view: PairView, in views: inout [PairView], _ count: Int, by precedes: (PairView, PairView) -> Bool) {
        if let same = views.first(where: { $0.id == view.id }) {
            if precedes(same, view) { return }
        } else if views.count == count, let last = views.last, !precedes(view, last) {
            return
        }
        views.removeAll { $0.id == view.id }
        views.insert(view, at: views.firstIndex { precedes(view, $0) } ?? views.endIndex)
        if views.count > count { views.removeLast() }
    }

    /// The best rated, the worst rated (worst first), and others by hash; `size` of them altogether where there are so many.
    var groups: (best: [PairView], worst: [PairView], others: [PairView]) {
        let top = count > 2 * extremes ? best : []
        let shown = Set(top.map(\.id))
        let bottom = count > 2 * extremes ? worst.filter { !shown.contains($0.id) } : []
        let taken = shown.union(bottom.map(\.id))
        return (top, bottom, Array(chosen.filter { !taken.contains($0.id) }.prefix(size - taken.count)))
    }
}
