/// Which of several servers of one model gets the next request: of those that answer, the one with the fewest in flight.
struct ServerChoice {
    private struct Server {
        var inFlight = 0
        /// Until then it is asked only where no other can be: it failed.
        var restsUntil = -Double.infinity
    }

    private var servers: [Server]

    private static let restSeconds = 10.0

    init(count: Int) { servers = Array(repeating: Server(), count: count) }

    /// The number of the server to ask, which has one more in flight from now on; the first of equals.
    mutating func take(at now: Double) -> Int {
        let number = servers.indices.min { rank($0, now) < rank($1, now) } ?? 0
        servers[number].inFlight += 1
        return number
    }

    /// Says that what was asked for has come to an end.
    mutating func end(_ number: Int, hasFailed: Bool, at now: Double) {
        servers[number].inFlight -= 1
        servers[number].restsUntil = hasFailed ? now + Self.restSeconds : -.infinity
    }

    private func rank(_ number: Int, _ now: Double) -> (Int, Int) { (servers[number].restsUntil > now ? 1 : 0, servers[number].inFlight) }
}
