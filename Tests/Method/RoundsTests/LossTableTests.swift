import Foundation
import TestSupport
import Testing

@testable import Rounds

struct LossTableTests {
    /// Losses on pairs of ten tokens each; nil leaves a pair out.
    static func row(_ name: String, _ nats: [Double?]) -> LossTable.Row {
        var losses = ModelLosses(pairs: [])
        losses.pairs = nats.enumerated().map { index, nats in
            nats.map { .init(id: "\(index)", nats: $0, tokens: 10, bytes: 40) } ?? .init(id: "\(index)", reason: "prompt_too_long")
        }
        return LossTable.Row(name: name, data: "", losses: losses)
    }

    @Test("the table begins with the base, gives each loss its interval, and tells what is better pair by pair")
    func table() {
        let table = LossTable([
            Self.row("base", [20, 30, 25, 40]), Self.row("M0", [18, 27, 23, 37]), Self.row("M1", [17, 26, 22, 36]),
        ])
        let first = table.figures(table.rows[0])
        #expect(first.loss == 2.875 && first.tokens == 40)
        #expect(first.interval?.contains(2.875) == true)
        let lines = table.markdown().split(separator: "\n")
        #expect(lines[2].hasPrefix("| base | ") && lines[3].hasPrefix("| M0 | "))
        #expect(table.markdown().contains("M1 is better than the base by "))
        #expect(table.markdown().contains("M1 is better than M0 by "))
        #expect(table.difference(table.rows[2], to: "M0")?.mean.rounded(toPlaces: 6) == -0.1)
        #expect(table.difference(table.rows[0], to: "base") == nil && table.difference(table.rows[0], to: "M0") == nil)
    }

    @Test("a pair that one model cannot be measured on is left out for all, and counted")
    func leftOut() {
        let table = LossTable([Self.row("base", [20, 30, nil, 40]), Self.row("M0", [18, nil, 23, 37])])
        #expect(table.common == [0, 3])
        #expect(table.leftOut == ["prompt_too_long": 2])
        #expect(table.markdown().contains("2 further pairs are left out for all models: prompt_too_long 2."))
    }

    @Test("losses are read back as they were written")
    func file() async throws {
        try await withTemporaryDirectory { folder in
            let losses = Self.row("M0", [1.25, nil, 3]).losses
            let place = folder.appending(path: "M0.losses").path
            try losses.write(to: place)
            #expect(try ModelLosses(file: place) == losses)
        }
    }
}

extension Double {
    fileprivate func rounded(toPlaces places: Int) -> Double { (self * pow(10, Double(places))).rounded() / pow(10, Double(places)) }
}
