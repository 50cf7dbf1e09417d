import Testing

@testable import Transformer

@Suite struct AvailableMemoryTests {
    @Test("reads what the machine has free")
    func machine() {
        #expect(AvailableMemory.meminfo("MemTotal:  100 kB\nMemAvailable:    50 kB\n") == 51_200)
        #expect(AvailableMemory.meminfo("MemTotal: 100 kB\n") == nil)
    }

    @Test("a control group's limit counts, its cached files do not")
    func group() {
        #expect(AvailableMemory.groupLimit(maximum: "1000\n", current: "700\n", statistics: "anon 5\ninactive_file 200\n") == 500)
        #expect(AvailableMemory.groupLimit(maximum: "1000\n", current: "700\n", statistics: nil) == 300)
        #expect(AvailableMemory.groupLimit(maximum: "max\n", current: "700\n", statistics: nil) == nil)
        #expect(AvailableMemory.groupLimit(maximum: "100", current: "700", statistics: nil) == 0)
    }

    @Test("too little memory is said with numbers and advice")
    func error() throws {
        let error = try #require(throws: ModelError.self) { try AvailableMemory.require(1 << 60, advice: "Buy more.") }
        #expect(error.description.hasSuffix("Buy more."))
        try AvailableMemory.require(1, advice: "")
    }
}
