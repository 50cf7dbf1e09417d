import Testing

@testable import Endpoint

@Suite struct ServerChoiceTests {
    @Test func `the server with the fewest requests in flight is asked, the first of equals`() {
        var choice = ServerChoice(count: 3)
        #expect((0..<6).map { _ in choice.take(at: 0) } == [0, 1, 2, 0, 1, 2])
        choice.end(1, hasFailed: false, at: 0)
        #expect(choice.take(at: 0) == 1)
    }

    @Test func `a server that failed rests as long as another answers`() {
        var choice = ServerChoice(count: 2)
        #expect(choice.take(at: 0) == 0)
        choice.end(0, hasFailed: true, at: 0)
        #expect((0..<3).map { _ in choice.take(at: 5) } == [1, 1, 1])
        #expect(choice.take(at: 11) == 0)
    }

    @Test func `where all failed, one is asked all the same`() {
        var choice = ServerChoice(count: 2)
        for number in [choice.take(at: 0), choice.take(at: 0)] { choice.end(number, hasFailed: true, at: 0) }
        #expect(choice.take(at: 1) == 0 && choice.take(at: 1) == 1)
    }
}
