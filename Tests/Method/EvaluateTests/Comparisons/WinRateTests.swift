import Foundation
import Stages
import TestSupport
import Testing

@testable import Evaluate

struct WinRateTests {
    @Test("the win rate is the mean preference, ties half, its error that of the mean")
    func small() throws {
        // Wins 1, 0, 0.5, 0.9: mean 0.6, squared deviations 0.16 + 0.36 + 0.01 + 0.09 = 0.62.
        let rate = try #require(WinRate([2, 1, 1.5, 1.9]))
        #expect(abs(rate.rate - 60) < 1e-12)
        let error = try #require(rate.standardError)
        #expect(abs(error - 100 * (0.62 / 12).squareRoot()) < 1e-12)
        #expect(rate.wins == 2 && rate.losses == 1 && rate.ties == 1 && rate.discreteRate == 62.5)
        #expect(WinRate([]) == nil && WinRate([2])?.standardError == nil)
    }

    @Test("the interval leaves something open where all of a few verdicts are alike, and is Student's where there are many and they differ")
    func interval() throws {
        let alike = try #require(WinRate(Array(repeating: 2, count: 10))?.interval)
        // Wilson: 10 of 10 are 72 % at least.
        #expect(abs(alike.lowerBound - 72.25) < 0.01 && alike.upperBound == 100)
        let none = try #require(WinRate(Array(repeating: 1, count: 40))?.interval)
        #expect(none.lowerBound == 0 && none.upperBound > 8)
        let many = try #require(WinRate((0..<100).map { $0 < 60 ? 2 : 1 }))
        let half = 1.984 * (many.standardError ?? 0)
        #expect(abs((many.interval?.lowerBound ?? 0) - (60 - half)) < 0.01 && abs((many.interval?.upperBound ?? 0) - (60 + half)) < 0.01)
    }

    @Test(
        "win rates and standard errors of every model are AlpacaEval's leaderboards' to 1e-9",
        .enabled(if: SharedData.isPresent, "needs ../shared/data"))
    func leaderboards() throws {
        let folder = try #require(SharedData.directory).appending(path: "alpaca_eval")
        var preferences: [String: [String: [Double]]] = [:]
        for record in try RecordSource.readAll([folder.appending(path: "preferences_all_models.tsv.gz").path]) {
            guard let annotator = record.object["annotator"]?.string, let model = record.object["model"]?.string,
                let text = record.object["preference"]?.string
            else { continue }
            // What the judge could not say is no verdict.
            guard let value = Double(text) else { continue }
            preferences[annotator, default: [:]][model, default: []].append(value == 0 ? 1.5 : value)
        }
        let boards = ["alpaca_eval_gpt4": "data_AlpacaEval", "weighted_alpaca_eval_gpt4_turbo": "data_AlpacaEval_2"]
        var compared = 0
        for (annotator, board) in boards {
            let file = folder.appending(path: "leaderboards/\(board)/\(annotator)_leaderboard.csv")
            let lines = try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isNewline).map {
                $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            }
            let names = lines[0]
            for line in lines.dropFirst() {
                let row = Dictionary(zip(names, line), uniquingKeysWith: { one, _ in one })
                guard let all = preferences[annotator]?[line[0]], let rate = WinRate(all) else { continue }
                let wanted = try #require(Double(row["win_rate"] ?? ""))
                let wantedError = try #require(Double(row["standard_error"] ?? ""))
                let error = try #require(rate.standardError)
                #expect(abs(rate.rate - wanted) < 1e-9, "\(line[0])")
                #expect(abs(error - wantedError) < 1e-9, "\(line[0])")
                #expect(Double(row["n_draws"] ?? "") == Double(rate.ties), "\(line[0])")
                #expect(Double(row["n_wins"] ?? "") == Double(rate.wins), "\(line[0])")
                compared += 1
            }
        }
        #expect(compared == 109)
    }
}
