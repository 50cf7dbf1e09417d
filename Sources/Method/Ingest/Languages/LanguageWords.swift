/// What ingest knows of a language. To add one, add a file like this and its entry in `all`.
struct LanguageWords: Sendable {
    var code: String
    /// The commonest words, in small letters.
    var stopWords: [String]
    /// Headings that lead somewhere else, in small letters: their sections are no text.
    var navigationHeadings: [String]
    /// Abbreviations whose full stop ends no sentence, without it, in small letters.
    var abbreviations: [String]

    static let all: [LanguageWords] = [english, german, french, spanish, italian, dutch, portuguese, polish]

    static let english = LanguageWords(
        code: "en",
        stopWords: words(
            """
            the of and to in a is that it for was on are as with be this by he at from his they have not or had but an which you were we \
            all there their can has if will one more no when who would so what about up out into than them then some could these may do \
            its other my only any like how your our been also did just over after where most such through between because while being
            """),
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
        code: "de",
        stopWords: words(
            """
            der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach \
            wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch man sein wurde sei \
            ich wir ihr ihre seine kann wenn diese dieser dieses sowie können unter damit schon gegen vom jedoch alle zwischen
            """),
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

    // Of these languages ingest knows running text when it sees it, and no more yet.
    static let french = stopWordsOnly(
        "fr",
        """
        de la le et les des en un une du que est pour qui dans a par plus au sur se pas ce il sont avec ne son aux ou mais cette comme elle \
        nous vous je leur ses ont été être fait peut tout ces sa si
        """)
    static let spanish = stopWordsOnly(
        "es",
        """
        de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si sin sobre este ya entre cuando \
        todo esta ser son también fue había muy hasta desde está
        """)
    static let italian = stopWordsOnly(
        "it",
        """
        di e che la il un a per in una mi sono ho non ma lo si con i da se no come al del della le dei nel alla più anche è ha gli delle \
        questo questa essere o nella sul dal
        """)
    static let dutch = stopWordsOnly(
        "nl",
        """
        de en van ik te dat die in een hij het niet zijn is was op aan met als voor had er maar om hem dan zou of wat mijn men dit zo door \
        over ze bij ook tot je mij uit naar heb hoe heeft worden wordt kan meer
        """)
    static let portuguese = stopWordsOnly(
        "pt",
        """
        de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à seu sua ou ser quando muito há \
        nos já está eu também só pelo pela até isso são
        """)
    static let polish = stopWordsOnly(
        "pl",
        """
        i w na z do się nie to że jest o jak po za od co tak dla ale przez czy już tylko są by oraz być jego może który które która ma przy \
        ich tym także jednak można tego
        """)

    private static func stopWordsOnly(_ code: String, _ text: String) -> LanguageWords {
        LanguageWords(code: code, stopWords: words(text), navigationHeadings: [], abbreviations: [])
    }

    private static func words(_ text: String) -> [String] { text.split(whereSeparator: \.isWhitespace).map(String.init) }
    private static func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }
}
