import Testing

@testable import Finetune

@Suite struct GroupedSlopeTests {
    @Test("the slope and the correlation are those of least squares, and rows that say the same for one group count as one")
    func slope() throws {
        let values: [GroupedSlope.Value] = [(0, 1), (1, 2), (2, 2), (3, 5)].enumerated().map {
            .init(x: $0.element.0, y: $0.element.1, group: $0.offset)
        }
        let found = try #require(GroupedSlope(values))
        #expect(abs(found.slope - 1.2) < 1e-12 && abs(found.correlation - 6 / (5.0 * 9).squareRoot()) < 1e-12)
        // What each row moves the slope by: (x - 1.5) times its error, of (.3, .1, -1.1, .7).
        let moved = [-1.5 * 0.3, -0.5 * 0.1, 0.5 * -1.1, 1.5 * 0.7]
        let expected = (4.0 / 3 * moved.reduce(0) { $0 + $1 * $1 }).squareRoot() / 5
        #expect(abs(found.standardError - expected) < 1e-12)
        let twice = try #require(GroupedSlope(values + values))
        #expect(abs(twice.slope - found.slope) < 1e-12 && abs(twice.standardError - found.standardError) < 1e-12)
    }

    @Test("one number everywhere, or one group, has no slope")
    func none() {
        #expect(GroupedSlope((0..<9).map { .init(x: 1, y: Double($0), group: $0) }) == nil)
        #expect(GroupedSlope((0..<9).map { .init(x: Double($0), y: 1, group: $0) }) == nil)
        #expect(GroupedSlope((0..<9).map { .init(x: Double($0), y: Double($0), group: 1) }) == nil)
        #expect(GroupedSlope([]) == nil)
    }
}
