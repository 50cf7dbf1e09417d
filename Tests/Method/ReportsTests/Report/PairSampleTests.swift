import Testing

@testable import Reports

struct PairSampleTests {
    private func view(_ number: Int) -> PairView {
        PairView(["id": .string("p\(number)"), "instruction": "Why?", "output": "So.", "score": .double(1 + Double(number % 41) / 10)])
    }

    @Test("the same pairs are shown whatever the order they come in, and as many as were asked for")
    func order() {
        var (one, other) = (PairSample(size: 20), PairSample(size: 20))
        for number in 0..<300 { one.offer(view(number)) }
        for number in (0..<300).reversed() { other.offer(view(number)) }
        let (first, second) = (one.groups, other.groups)
        #expect(first.best.map(\.id) == second.best.map(\.id) && first.worst.map(\.id) == second.worst.map(\.id))
        #expect(first.others.map(\.id) == second.others.map(\.id))
        #expect(first.best.count + first.worst.count + first.others.count == 20)
        #expect(first.best.allSatisfy { $0.score == 5 } && first.worst.allSatisfy { $0.score == 1 })
        #expect(Set((first.best + first.worst + first.others).map(\.id)).count == 20)
    }

    @Test("a pair that comes twice stands there once: among the best with its better score, by hash as it came last")
    func twice() {
        var few = PairSample(size: 5)
        few.offer(PairView(["id": "a", "score": 2.0]))
        few.offer(PairView(["id": "a", "score": 3.0]))
        #expect(few.groups.others.map(\.score) == [3])
        var many = PairSample(size: 5)
        for number in 0..<20 { many.offer(view(number)) }
        many.offer(PairView(["id": "p19", "score": 1.0]))
        #expect(many.groups.best.map(\.id) == ["p19"] && many.groups.best.map(\.score) == [2.9])
        many.offer(PairView(["id": "p3", "score": 5.0]))
        #expect(many.groups.best.map(\.id) == ["p3"])
    }
}
