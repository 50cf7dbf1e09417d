import LanguageModels
import Testing

@testable import Inference

@Suite struct AdmissionWindowTests {
    private func ticket(_ tokens: Int) -> Ticket { Ticket(.nextToken(prompt: Array(repeating: 5, count: tokens), ids: [1])) }

    @Test("within a window the longest come first, equals in their order, and the next window waits for the last of it")
    func order() {
        var window = AdmissionWindow(size: 3)
        let tickets = [4, 9, 4, 50, 2].map(ticket)
        window.add(tickets)
        var taken: [Ticket] = []
        window.offer { ticket in
            taken.append(ticket)
            return .admitted
        }
        #expect(taken.map(\.input.count) == [9, 4, 4, 50, 2])
        #expect(taken[1] === tickets[0] && taken[2] === tickets[2] && window.isEmpty)
    }

    @Test("one that has to wait lets shorter ones pass, but no later window")
    func waiting() {
        var window = AdmissionWindow(size: 2)
        window.add([30, 10, 20, 40].map(ticket))
        var taken: [Int] = []
        var room = 25
        func offer() {
            window.offer { ticket in
                guard ticket.input.count <= room else { return .later }
                room -= ticket.input.count
                taken.append(ticket.input.count)
                return .admitted
            }
        }
        offer()
        #expect(taken == [10])
        room = 75
        offer()
        #expect(taken == [10, 30, 40] && !window.isEmpty)
        room = 100
        offer()
        #expect(taken == [10, 30, 40, 20] && window.isEmpty)
    }

    @Test("a full engine keeps all, and those that nobody waits for are forgotten")
    func full() {
        var window = AdmissionWindow(size: 8)
        let tickets = [1, 2, 3].map(ticket)
        window.add(tickets)
        window.offer { _ in .full }
        #expect(!window.isEmpty)
        tickets[1].answer(.failure(CancellationError()))
        window.removeCancelled()
        var taken: [Int] = []
        window.offer { ticket in
            taken.append(ticket.input.count)
            return .admitted
        }
        #expect(taken == [3, 1])
    }
}
