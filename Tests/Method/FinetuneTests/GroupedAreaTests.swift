import Ground
import Testing

@testable import Finetune

@Suite struct GroupedAreaTests {
    private typealias Value = GroupedArea.Value

    @Test("the area is the share of true and wrong values that stand the right way round, equal ones half")
    func area() throws {
        let values = [(3.0, true), (1, true), (2, false), (1, false), (0, false)].enumerated().map {
            Value(value: $0.element.0, isTrue: $0.element.1, group: $0.offset)
        }
        #expect(try #require(GroupedArea(values)).area == (3 + 1.5) / 6)
        #expect(GroupedArea(values.filter(\.isTrue)) == nil)
    }

    @Test("pairs that are copies of others of their seed narrow nothing")
    func clusters() throws {
        var random = KeyedRandom(seed: 2, key: "area")
        let single = (0..<40).flatMap { group in
            [true, false].map { Value(value: random.nextUnit() + ($0 ? 0.3 : 0), isTrue: $0, group: group) }
        }
        let (once, thrice) = (try #require(GroupedArea(single)), try #require(GroupedArea(single + single + single)))
        #expect(abs(once.area - thrice.area) < 1e-12 && abs(once.interval.lowerBound - thrice.interval.lowerBound) < 1e-12)
        let apart = (single + single + single).enumerated().map { Value(value: $1.value, isTrue: $1.isTrue, group: $0) }
        let narrow = try #require(GroupedArea(apart)).interval
        #expect(narrow.upperBound - narrow.lowerBound < 0.8 * (once.interval.upperBound - once.interval.lowerBound))
    }

    @Test("of values that say nothing about one interval in twenty leaves out one half")
    func coverage() throws {
        var random = KeyedRandom(seed: 3, key: "coverage")
        var outside = 0
        for _ in 0..<400 {
            let values = (0..<30).flatMap { group in
                let shift = random.nextUnit()
                return [true, false, false].map { Value(value: random.nextUnit() + shift, isTrue: $0, group: group) }
            }
            if !(try #require(GroupedArea(values)).interval.contains(0.5)) { outside += 1 }
        }
        #expect((8...40).contains(outside), "\(outside) of 400")
    }
}
