import Testing

@testable import Ingest

@Suite struct MachineTextFilterTests {
    @Test(
        "a line for machines counts whole",
        arguments: [
            "User-agent: *", "Disallow: /private/", "Sitemap: /sitemap.xml", "max_size = 10", "log-level:", "name: \"beans\"",
            "2015-03-30 16:50:45,566 - worker - INFO - Fetched it.", "[2024-04-25T09:27:48Z] started",
            "Deprecated: Assigning the value of new is deprecated in /www/settings.php on line 520",
            "at java.lang.Thread.run(Thread.java:748)",
            "var a={b:[1,2],c:(d)};if(a){e();}",
        ])
    func machines(_ line: String) { #expect(MachineTextFilter.share(of: Array(line.utf8)) == 1) }

    @Test(
        "a line for people counts for nothing",
        arguments: [
            "Difficulty: intermediate", "Opening hours: Monday to Friday", "Note: beans climb.", "https://green.example/a/very/long/path",
            "12:30",
            "It costs $29.99 (before tax).", "Beans (Phaseolus vulgaris) [3] climb; peas, too; so do hops.", "Kontakt: info",
            "See (www.green.example/de/ct/5828-bundesregierung-muss-jetzt-afghanische-menschen-evakuieren), they say.",
            "He left on line 5.",
        ])
    func people(_ line: String) { #expect(MachineTextFilter.share(of: Array(line.utf8)) == 0) }

    @Test("drops a robots.txt, a log and encoded data, not code in its block")
    func passages() {
        func isPassed(_ text: String) -> Bool { LineRules.finding(text, MachineTextFilter().rule).isPassed }
        #expect(!isPassed("User-agent: *\nDisallow: /a/\nDisallow: /b/\nAllow: /c/"))
        #expect(!isPassed("Here it is.\n\n" + String(repeating: "aGVsbG8g", count: 20)))
        #expect(isPassed("Here it is.\n\n```\n\(String(repeating: "aGVsbG8g", count: 20))\n```"))
        #expect(isPassed(Pages.story.joined(separator: "\n\n")))
    }
}
