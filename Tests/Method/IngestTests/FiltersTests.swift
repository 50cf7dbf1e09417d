import Ground
import Testing

@testable import Ingest

@Suite struct HeadingFilterTests {
    private let filter = HeadingFilter()

    @Test(
        "drops empty, capital and navigation headings in English and German",
        arguments: [
            ("", "empty_heading"), ("— —", "empty_heading"), ("THE BEANS", "capital_heading"), ("ÜBER BOHNEN", "capital_heading"),
            ("Quick Links:", "navigation_heading"), ("Free  Newsletter!", "navigation_heading"),
            ("Ähnliche Beiträge", "navigation_heading"),
            ("Menü", "navigation_heading"), ("À lire aussi", "navigation_heading"), ("Artículos relacionados", "navigation_heading"),
            ("Comments", "comments_heading"), ("12 Comments", "comments_heading"), ("Kommentare (3)", "comments_heading"),
            ("2 commentaires", "comments_heading"), ("Deja un comentario", "comments_heading"), ("Re: Beans on a pole", "reply_heading"),
            ("AW: Bohnen", "reply_heading"), ("Re[2]: Beans", "reply_heading"), ("Conclusion", "closing_heading"),
            ("Fazit:", "closing_heading"),
            ("Wrap-up", "closing_heading"),
            ("ada@green.example", "author_heading"),
            ("[email protected]", "author_heading"),
        ])
    func drops(_ heading: String, _ reason: String) { #expect(filter.rejection(of: heading)?.reason == reason) }

    @Test("a heading that the markup knows for a name is one")
    func author() {
        #expect(filter.rejection(of: "Ada Field", marks: .author)?.reason == "author_heading")
        #expect(filter.rejection(of: "Ada Field") == nil)
    }

    @Test(
        "headings of questions are those that promise them",
        arguments: ["FAQ", "Beans: frequently asked questions", "FAQs (12)", "Fragen & Antworten"])
    func questions(_ heading: String) { #expect(filter.isOfQuestions(heading)) }

    @Test("other headings promise none", arguments: ["What is a FAQ?", "Beans", "Questions of style", "Faqir"])
    func others(_ heading: String) { #expect(!filter.isOfQuestions(heading)) }

    @Test(
        "lets other headings pass",
        arguments: ["Growing beans", "Comments on Hegel", "Reise: Bohnen", "Re:Invent", "iPhone", "3. Ernte", "A", "Über Bohnen", "第一章"])
    func passes(_ heading: String) { #expect(filter.rejection(of: heading) == nil) }
}

@Suite struct SentenceRepetitionFilterTests {
    @Test("drops a text that says a sentence twice with one word changed")
    func repeated() {
        let text =
            "The old mill by the river was built of grey stone long before the war. Nobody knows who owned it. "
            + "The old mill by the river was built of grey stone long before the wars."
        let rejection = SentenceRepetitionFilter().rejection(of: text)
        #expect(rejection?.reason == "repeated_sentences")
        #expect((rejection?.value.double ?? 0) >= 0.7)
    }

    @Test("the similarity is the Jaccard index of word trigrams")
    func arithmetic() {
        // Nine words give seven trigrams; the last word differs, so six of eight are shared.
        let text = "One two three four five six seven eight nine. One two three four five six seven eight ten."
        #expect(SentenceRepetitionFilter().highestSimilarity(in: text) == 0.75)
    }

    @Test("lets different sentences and short refrains pass")
    func different() {
        #expect(SentenceRepetitionFilter().rejection(of: Pages.garden) == nil)
        #expect(SentenceRepetitionFilter().rejection(of: "Yes, we can. Yes, we can. Yes, we can.") == nil)
    }
}

@Suite struct PersonalDataTests {
    private func clean(_ text: String) -> String { PersonalData().replacing(in: text).text }

    @Test(
        "replaces addresses, public IPs, phone numbers and IBANs",
        arguments: [
            ("Write to ada.field+beans@mail.example.org.", "Write to <email>."), ("Server 8.8.8.8 answers", "Server <ip-address> answers"),
            ("Tel. +49 30 1234567, mobil", "Tel. <phone>, mobil"), ("Tel.: (030) 123 45 67", "Tel.: <phone>"), ("0171/1234567", "<phone>"),
            ("Ruf 0049 89 123456-0 an", "Ruf <phone> an"), ("IBAN DE89 3704 0044 0532 0130 00 bei", "IBAN <iban> bei"),
            ("GB82WEST12345698765432", "<iban>"),
        ])
    func replaces(_ text: String, _ expected: String) { #expect(clean(text) == expected) }

    @Test(
        "leaves what only looks like personal data",
        arguments: [
            "at 192.168.0.1 and 10.0.0.1", "version 1.2.3.4.5", "DE89 3704 0044 0532 0130 01", "on 01.02.2003", "2010-2015", "@home", "a@b",
            "3.14159265", "0,75 km", "from 05 to 06", "ISBN 978-3-16-148410-0", "10 000 000 people",
        ])
    func leaves(_ text: String) { #expect(clean(text) == text) }
}

@Suite struct LanguageDetectorTests {
    @Test("tells English from German, and neither from what is neither")
    func detects() {
        let detector = LanguageDetector.shared
        #expect(detector.detect("The beans are in the garden and they are green, so we will eat them.")?.code == "en")
        #expect(detector.detect("Die Bohnen sind im Garten und sie sind grün, also werden wir sie essen.")?.code == "de")
        #expect(detector.detect("Las judías que están en el jardín son verdes y las vamos a comer.")?.code == "es")
        #expect(detector.detect("Pavut ovat vihreitä, ja huomenna syömme ne kaikki yhdessä.") == nil)
        #expect(detector.detect("") == nil)
    }
}
