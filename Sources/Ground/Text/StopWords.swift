/// The commonest words of a language, in small letters, the commonest first: running text of it is known by them.
///
/// To add a language, add its words here and an entry to `all`; what ingest knows of it besides stands in its `LanguageWords`.
public struct StopWords: Sendable {
    /// ISO 639-1.
    public let code: String
    public let words: [String]

    public static let all = [english, german, french, spanish, italian, dutch, portuguese, polish]

    public static let english = StopWords(
        "en",
        """
        the of and to in a is that it for was on are as with be this by he at from his they have not or had but an which you \
        were we all there their can has if will one more no when who would so what about up out into than them then some could \
        these may do its other my only any like how your our been also did just over after where most such through between \
        because while being
        """)
    public static let german = StopWords(
        "de",
        """
        der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie \
        nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch man \
        sein wurde sei ich wir ihr ihre seine kann wenn diese dieser dieses sowie können unter damit schon gegen vom jedoch \
        alle zwischen
        """)
    public static let french = StopWords(
        "fr",
        """
        de la le et les des en un une du que est pour qui dans a par plus au sur se pas ce il sont avec ne son aux ou mais \
        cette comme elle nous vous je leur ses ont été être fait peut tout ces sa si
        """)
    public static let spanish = StopWords(
        "es",
        """
        de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si sin sobre este \
        ya entre cuando todo esta ser son también fue había muy hasta desde está
        """)
    public static let italian = StopWords(
        "it",
        """
        di e che la il un a per in una mi sono ho non ma lo si con i da se no come al del della le dei nel alla più anche è ha \
        gli delle questo questa essere o nella sul dal
        """)
    public static let dutch = StopWords(
        "nl",
        """
        de en van ik te dat die in een hij het niet zijn is was op aan met als voor had er maar om hem dan zou of wat mijn men \
        dit zo door over ze bij ook tot je mij uit naar heb hoe heeft worden wordt kan meer
        """)
    public static let portuguese = StopWords(
        "pt",
        """
        de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à seu sua ou ser \
        quando muito há nos já está eu também só pelo pela até isso são
        """)
    public static let polish = StopWords(
        "pl",
        """
        i w na z do się nie to że jest o jak po za od co tak dla ale przez czy już tylko są by oraz być jego może który które \
        która ma przy ich tym także jednak można tego
        """)

    private init(_ code: String, _ words: String) {
        self.code = code
        self.words = words.split(whereSeparator: \.isWhitespace).map(String.init)
    }
}
