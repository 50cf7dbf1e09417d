import LanguageModels
import Testing

@Suite("Work done side by side")
struct SideBySideTests {
    @Test("values come in the order of the numbers, whichever is done first")
    func order() async throws {
        let values = try await sideBySide(1...4) { number in
            try await Task.sleep(for: .milliseconds(40 - 10 * number))
            return number * number
        }
        #expect(values == [1, 4, 9, 16])
        #expect(try await sideBySide(0..<0) { $0 }.isEmpty)
    }

    @Test("an error of one ends all")
    func error() async {
        struct Refused: Error {}
        await #expect(throws: Refused.self) {
            try await sideBySide(0..<3) { number in
                if number == 1 { throw Refused() }
                try await Task.sleep(for: .seconds(60))
                return number
            }
        }
    }
}
