import Dispatch
import Foundation

/// Ctrl-C and a request to terminate: the first cancels the work, which ends in order at its next whole point; the second ends at once.
struct Interruption {
    private let sources: [any DispatchSourceSignal]

    init(cancelling work: Task<ExitStatus, Never>) {
        let queue = DispatchQueue(label: "humpback.interruption")
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                if work.isCancelled { _exit(ExitStatus.interrupted.rawValue) }
                complain("\nhumpback: ending in order; once more to end at once.")
                work.cancel()
            }
            source.resume()
            return source
        }
    }

    func end() { for source in sources { source.cancel() } }
}
