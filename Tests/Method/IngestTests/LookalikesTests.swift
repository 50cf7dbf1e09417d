import Testing

@testable import Ingest

@Suite struct LookalikesTests {
    private func clean(_ text: String) -> String { PersonalData().replacing(in: text).text }

    @Test(
        "dates, standard numbers, hours and rows of numbers are no phone numbers",
        arguments: [
            "born 04/11/1987 and 05-06-2014", "from 01/02/2019 - 03/04/2020", "ISBN 0-19-852663-6", "ISBN 0 8044 2957 X", "ISSN 0378-5955",
            "open 0900-1730 on weekdays", "hours 08-12 14-18", "lottery 03 11 19 24 38 45", "0 12 3456 789", "parts 00 11 22 33 44",
            "2020-01-02 03-04",
        ])
    func noPhone(_ text: String) { #expect(clean(text) == text) }

    @Test(
        "phone numbers are found as before",
        arguments: [
            ("call 01 42 68 53 00 now", "call <phone> now"), ("020 7946 0958", "<phone>"), ("030/901820", "<phone>"),
            ("+1 (202) 555-0143", "<phone>"),
            ("0041 44 668 18 00", "<phone>"),
        ])
    func phones(_ text: String, _ expected: String) { #expect(clean(text) == expected) }

    @Test(
        "versions and sections are no addresses of machines",
        arguments: [
            "Release 12.34.56.78 is out", "see section 14.2.1.3 for more", "the firmware was updated to 2.4.13.1", "Kapitel 3.1.2.1",
            "4.2.1.3 Results",
            "Chromium 101.22.33.44 (version)".replacing("101", with: "version 101"), "driver 31.0.15.2849",
        ])
    func versions(_ text: String) { #expect(clean(text) == text) }

    @Test(
        "addresses of machines are found, whatever else is said",
        arguments: [
            ("ping 8.8.4.4 first", "ping <ip-address> first"), ("from 93.184.216.34 yesterday", "from <ip-address> yesterday"),
            ("IP address 5.6.7.8", "IP address <ip-address>"), ("at 12.13.14.15:8080", "at <ip-address>:8080"),
            ("use 1.1.1.1", "use <ip-address>"),
        ])
    func addresses(_ text: String, _ expected: String) { #expect(clean(text) == expected) }

    @Test(
        "repositories, URLs and file names are no email addresses",
        arguments: [
            "git clone git@code.example.org:team/repo.git", "ssh://deploy@host.example.org/srv", "https://ada:secret@example.org/x",
            "scp a.txt ada@host.example.org:/tmp", "logo@2x.png", "getty@tty1.service", "rsync me@box.example.org:dir/file .",
        ])
    func repositories(_ text: String) { #expect(clean(text) == text) }

    @Test("email addresses are found, at the end of a sentence and before a colon too")
    func emails() {
        #expect(clean("ada@example.org: call me") == "<email>: call me")
        #expect(clean("Write to a.b@mail.example.co.uk.") == "Write to <email>.")
        #expect(clean("mailto:ada@example.org") == "mailto:<email>")
    }
}
