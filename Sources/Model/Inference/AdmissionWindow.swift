/// The requests that may come into flight next: the oldest of those that wait, longest first.
///
/// Long ones come first, so that short ones fill the room they leave in the memory of keys and values and no long one is left alone at the
/// end of a file. The next window begins when this one is empty, so no request is overtaken by more than a window of later ones.
/// The order changes when an answer comes, never what it is.
struct AdmissionWindow {
    enum Decision {
        /// The request is in flight now.
        case admitted
        /// It has to wait, for room or for a beginning that is just being computed; another may come first.
        case later
        /// No other can come into flight either.
        case full
    }

    /// The most requests of a window.
    let size: Int
    private var window: [Ticket] = []
    private var behind: [Ticket] = []

    init(size: Int) { self.size = size }

    var isEmpty: Bool { window.isEmpty && behind.isEmpty }

    mutating func add(_ tickets: [Ticket]) { behind += tickets }

    /// Forgets the requests that nobody waits for any more.
    mutating func removeCancelled() {
        window.removeAll(where: \.isCancelled)
        behind.removeAll(where: \.isCancelled)
    }

    /// Offers the requests in their order until one finds everything full.
    mutating func offer(_ decide: (Ticket) -> Decision) {
        while true {
            if window.isEmpty {
                guard !behind.isEmpty else { return }
                let next = behind.prefix(size)
                behind.removeFirst(next.count)
                // Equally long ones stay in the order in which they came.
                window = next.enumerated().sorted {
                    ($0.element.request.cacheTokens, $1.offset) > ($1.element.request.cacheTokens, $0.offset)
                }.map(\.element)
            }
            var left: [Ticket] = []
            for (index, ticket) in window.enumerated() {
                switch decide(ticket) {
                case .admitted: continue
                case .later: left.append(ticket)
                case .full:
                    window = left + window[index...]
                    return
                }
            }
            window = left
            guard left.isEmpty else { return }
        }
    }
}
