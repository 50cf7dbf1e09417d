import Foundation
import Testing

@testable import Evaluate

struct PairedDifferenceTests {
    @Test("the mean, its standard error and Student's interval are those of a textbook")
    func arithmetic() throws {
        // Differences 1, 2, 3, 4: mean 2.5, standard deviation sqrt(5/3), error sqrt(5/12), t(3) = 3.182.
        let found = PairedDifference([1, 2, 3, 4])
        #expect(found.pairs == 4 && found.mean == 2.5)
        #expect(abs(try #require(found.standardError) - (5.0 / 12).squareRoot()) < 1e-12)
        let interval = try #require(found.interval)
        #expect(abs(interval.lowerBound - (2.5 - 3.182 * (5.0 / 12).squareRoot())) < 1e-9)
        #expect(abs(interval.lowerBound + interval.upperBound - 5) < 1e-12)
        #expect(PairedDifference([3, 5], minus: [1, 4]) == PairedDifference([2, 1]))
    }

    @Test(
        "the quantile of Student's distribution is right within the table and beyond it",
        arguments: [(1, 12.706), (20, 2.086), (21, 2.080), (30, 2.042), (60, 2.000), (120, 1.980), (100_000, 1.960)])
    func quantile(degrees: Int, expected: Double) {
        #expect(abs(PairedDifference.studentT(degrees: degrees) - expected) < 1e-3)
    }

    @Test("what makes a pair hard for both models does not blur their difference")
    func paired() {
        let first = (0..<40).map { Double($0 % 7) }
        let second = first.enumerated().map { $1 - 0.1 + ($0.isMultiple(of: 2) ? 0.05 : -0.05) }
        let found = PairedDifference(second, minus: first)
        #expect(found.verdict == .lower)
        #expect(found.sentence("B", than: "A") == "B is better than A by 0.084 to 0.116 nats a token.")
        #expect(found.text == "-0.100 (-0.116 to -0.084)")
    }

    @Test("an interval that holds 0 says that no difference can be told, and with how many pairs")
    func undecided() {
        let found = PairedDifference((0..<40).map { $0.isMultiple(of: 2) ? 0.1 : -0.1 })
        #expect(found.verdict == .undecided)
        #expect(
            found.sentence("B", than: "A")
                == "No difference between B and A can be told with 40 pairs: it is -0.032 to 0.032 nats a token.")
    }

    @Test("a higher figure is better where the unit says so")
    func higherIsBetter() {
        let found = PairedDifference([0.1, 0.11, 0.12, 0.1])
        let unit = PairedDifference.Unit("of the AUC", lowerIsBetter: false)
        #expect(found.sentence("B", than: "A", unit: unit).hasPrefix("B is better than A by 0.092 to 0.12"))
        #expect(found.sentence("B", than: "A").hasPrefix("B is worse than A by"))
    }

    @Test("one pair or none gives no interval, and null in JSON where there is no number")
    func tooFew() {
        #expect(PairedDifference([0.5]).interval == nil)
        #expect(PairedDifference([0.5]).sentence("B", than: "A") == "No difference between B and A can be told with 1 pair.")
        #expect(PairedDifference([]).object["difference"] == .null)
    }

    @Test("six equal differences have a sign, five do not, and a hundred of 0 have none")
    func sign() {
        #expect(PairedDifference(Array(repeating: 1, count: 6)).verdict == .higher)
        #expect(PairedDifference(Array(repeating: 1, count: 5)).verdict == .undecided)
        #expect(PairedDifference(Array(repeating: 0, count: 100)).interval == nil)
    }

    @Test("few differences that are all equal give no interval and decide nothing", arguments: [(0.0, "0.000"), (1.0, "1.000")])
    func equal(difference: Double, written: String) {
        let found = PairedDifference([difference, difference, difference])
        #expect(found.interval == nil && found.verdict == .undecided && found.text == written && found.object["interval"] == .null)
        #expect(
            found.sentence("B", than: "A", counting: "question")
                == "No difference between B and A can be told with 3 questions: it is \(written) in each, which gives no interval.")
    }
}
