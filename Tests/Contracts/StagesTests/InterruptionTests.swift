import Foundation
import Ground
import Stages
import Synchronization
import Testing

@Suite(.serialized) struct InterruptionTests {
    @Test("Ctrl-C does what it was diverted to and cancels nothing; given back, it cancels the work")
    func diverted() async throws {
        let presses = Mutex(0)
        let cancelled = try await Interruption.cancelling {
            Interruption.divert(to: { presses.withLock { $0 += 1 } })
            kill(getpid(), SIGINT)
            while presses.withLock({ $0 }) == 0 { await Task.yield() }
            let isUntouched = !Task.isCancelled
            Interruption.divert(to: nil)
            kill(getpid(), SIGINT)
            while !Task.isCancelled { await Task.yield() }
            return isUntouched
        }
        #expect(cancelled)
    }
}
