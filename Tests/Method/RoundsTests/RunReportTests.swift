import Ground
import Testing

@testable import Rounds

struct RunReportTests {
    private func report(kept: Int, notice: String? = nil) -> RunReport {
        RunReport(
            table: LossTable([LossTableTests.row("base", [20, 30]), LossTableTests.row("M1", [19, 28])]), curatedPairs: ["M1": kept],
            ratedPairs: ["M1": 40], notice: notice, base: "smol")
    }

    @Test("a choice that left nearly everything is told, in words and for programs")
    func loose() {
        #expect(report(kept: 39).markdown.contains("Of the 40 rated pairs 39 were kept for M1"))
        #expect(!report(kept: 20).markdown.contains("rated pairs"))
        let row = report(kept: 20).object["models"]?.array?.last?.object
        #expect(row?["curated_pairs"]?.integer == 20 && row?["rated_pairs"]?.integer == 40)
    }

    @Test("what is to be known of the scores stands below the table and in the object")
    func notice() {
        #expect(report(kept: 20, notice: "The general scale.").markdown.hasSuffix("The general scale.\n"))
        #expect(report(kept: 20, notice: "The general scale.").object["notice"]?.string == "The general scale.")
        #expect(report(kept: 20).object["notice"] == nil)
    }
}
