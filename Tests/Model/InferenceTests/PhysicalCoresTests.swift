import Foundation
import Testing

@testable import Inference

@Suite struct PhysicalCoresTests {
    @Test("two hardware threads of a core count once, and never more cores than the process may use")
    func count() {
        #expect(PhysicalCores.count(siblings: ["0,2\n", "1,3\n", "0,2\n", "1,3\n"], allowed: 4) == 2)
        #expect(PhysicalCores.count(siblings: ["0\n", "1\n"], allowed: 2) == 2)
        #expect(PhysicalCores.count(siblings: ["0\n", "1\n", "2\n"], allowed: 1) == 1)
        #expect(PhysicalCores.count(siblings: ["0\n", nil], allowed: 2) == 2)
        #expect((1...ProcessInfo.processInfo.activeProcessorCount).contains(PhysicalCores.count))
    }
}
