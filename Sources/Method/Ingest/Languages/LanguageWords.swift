/// What ingest knows of a language beside its `StopWords`. To add one, add its words here and an entry to `all`.
struct LanguageWords: Sendable {
    /// Headings that lead somewhere else, in small letters: their sections are no text.
    var navigationHeadings: [String]
    /// Abbreviations whose full stop ends no sentence, without it, in small letters.
    var abbreviations: [String]

    static let all = [english, german]

    static let english = LanguageWords(
        navigationHeadings: lines(
            """
            navigation
            menu
            main menu
            navigation menu
            advertisement
            advertisements
            sponsored
            forum
            forums
            quick links
            quick link
            useful links
            links
            free newsletter
            newsletter
            subscribe
            subscribe to our newsletter
            sign up
            sign up for our newsletter
            follow us
            share this
            share this post
            share
            related posts
            related articles
            related
            recent posts
            recent comments
            latest posts
            latest news
            categories
            archives
            tags
            search
            login
            log in
            comments
            leave a comment
            leave a reply
            post navigation
            table of contents
            contents
            site map
            about us
            contact
            contact us
            privacy policy
            terms of use
            cookie policy
            you may also like
            more from
            popular posts
            see also
            external links
            references
            bibliography
            copyright
            """),
        abbreviations: words(
            """
            mr mrs ms dr prof sr jr st vs etc e.g i.e cf fig figs no nos vol pp ed eds al inc ltd co corp approx dept est jan feb mar apr \
            jun jul aug sep sept oct nov dec gen col lt sgt rev hon u.s u.k a.m p.m ca
            """))

    static let german = LanguageWords(
        navigationHeadings: lines(
            """
            navigation
            menü
            hauptmenü
            hauptnavigation
            navigationsmenü
            werbung
            anzeige
            anzeigen
            forum
            foren
            schnellzugriff
            direkteinstieg
            links
            nützliche links
            newsletter
            kostenloser newsletter
            newsletter abonnieren
            newsletter anmelden
            folgen sie uns
            folge uns
            teilen
            beitrag teilen
            artikel teilen
            ähnliche beiträge
            ähnliche artikel
            verwandte beiträge
            weitere artikel
            weitere beiträge
            mehr zum thema
            das könnte sie auch interessieren
            das könnte dich auch interessieren
            auch interessant
            neueste beiträge
            letzte beiträge
            aktuelle beiträge
            neueste kommentare
            kategorien
            archiv
            schlagwörter
            suche
            anmelden
            kommentare
            kommentar schreiben
            schreibe einen kommentar
            kommentar hinterlassen
            beitragsnavigation
            inhaltsverzeichnis
            inhalt
            seitenübersicht
            über uns
            kontakt
            impressum
            datenschutz
            datenschutzerklärung
            siehe auch
            weblinks
            einzelnachweise
            literatur
            meistgelesen
            beliebte beiträge
            partner
            """),
        abbreviations: words(
            """
            z.b u.a d.h bzw usw ca nr dr prof hr fr str tel abs art bd ggf inkl evtl sog vgl s.o s.u o.ä u.ä v.a i.d.r z.t m.e z b u a d h \
            jh jhd st mio mrd mind max min etc jan feb mär apr jun jul aug sep sept okt nov dez geb gest hrsg dipl ing
            """))

    private static func words(_ text: String) -> [String] { text.split(whereSeparator: \.isWhitespace).map(String.init) }
    private static func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }
}
