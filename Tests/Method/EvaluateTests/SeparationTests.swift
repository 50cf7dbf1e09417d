import Testing

@testable import Evaluate

struct SeparationTests {
    @Test("the area is the share of true and wrong scores in the right order, ties counted half")
    func area() {
        #expect(Separation([3, 4], from: [1, 2]).area == 1)
        #expect(Separation([1, 2], from: [3, 4]).area == 0)
        #expect(Separation([2, 2], from: [2, 2]).area == 0.5)
        // 4 beats 3 and 1, 2 beats 1: three of four.
        #expect(Separation([4, 2], from: [3, 1]).area == 0.75)
        #expect(Separation([], from: []).area.isNaN)
    }

    @Test("the parts' mean is the area, and they are the shares that each pair won and lost")
    func parts() {
        let found = Separation([4, 2, 5], from: [3, 1, 4.5])
        #expect(abs(found.parts.reduce(0, +) / 3 - found.area) < 1e-12)
        // The first pair's true score beats two of three; its wrong score loses to two of three.
        #expect(abs(found.parts[0] - (2.0 / 3 + 2.0 / 3 - found.area)) < 1e-12)
    }
}
