/// The rubrics that come with the program. To add one, or one in another language, add it to `builtIn`.
extension Rubric {
    /// All of them, by name and then by language.
    public static let builtIn = [
        Rubric(name: "five-point-en", language: "en", scale: 1...5, text: fivePointEnglish),
        Rubric(name: "five-point-de", language: "de", scale: 1...5, text: fivePointGerman),
        Rubric(name: "additive-en", language: "en", scale: 0...5, text: RolePrompts.additiveRubric),
        Rubric(name: "additive-de", language: "de", scale: 0...5, text: additiveGerman),
    ]

    /// The rubrics of a name: "five-point" in all languages, "five-point-de" in one; empty where there is none.
    public static func named(_ name: String) -> [Rubric] {
        builtIn.filter { $0.name == name || $0.name == "\(name)-\($0.language ?? "")" }
    }

    /// What `--rubric` takes as names.
    public static var names: [String] { ["five-point", "additive"] + builtIn.map(\.name) }

    /// Table 1 of Li et al. 2023 (arXiv 2308.06259), in our words.
    private static let fivePointEnglish = """
        You grade how good an answer is as training material for an AI assistant. You see a request and an answer, and say one digit.
        1: the answer misses the request, breaks off, is vague or off topic, argues a contested view, speaks as a private person, a \
        forum or a blog, advertises something, or is navigation text of a web page.
        2: the answer is about the request but indirect; it stays general where the request wants particulars, or leaves out much.
        3: the answer is complete and useful, yet it is plainly text written for readers of a web page, not a reply to this request.
        4: the answer speaks as an assistant would, is complete, clear and well ordered, with small faults: a needless sentence, a \
        missing detail.
        5: the answer could have been written by an expert for exactly this request; nothing is missing and nothing is superfluous.
        """

    private static let fivePointGerman = """
        Du bewertest, wie gut eine Antwort als Trainingsmaterial für einen KI-Assistenten ist. Du siehst eine Anfrage und eine Antwort und \
        sagst eine Ziffer.
        1: Die Antwort verfehlt die Anfrage, bricht ab, ist vage oder handelt von etwas anderem, vertritt eine umstrittene Ansicht, spricht \
        als Privatperson, Forum oder Blog, wirbt für etwas oder ist Navigationstext einer Webseite.
        2: Die Antwort handelt von der Anfrage, aber nur mittelbar; sie bleibt allgemein, wo Einzelheiten gefragt sind, oder lässt viel aus.
        3: Die Antwort ist vollständig und nützlich, aber sichtlich für Leser einer Webseite geschrieben und keine Erwiderung auf diese \
        Anfrage.
        4: Die Antwort spricht wie ein Assistent, ist vollständig, klar und gut geordnet, mit kleinen Mängeln: ein überflüssiger Satz, eine \
        fehlende Einzelheit.
        5: Die Antwort könnte ein Fachmann für genau diese Anfrage geschrieben haben; nichts fehlt und nichts ist überflüssig.
        """

    /// The German of `RolePrompts.additiveRubric`: figure 2 of Yuan et al. 2024 (arXiv 2401.10020), in our words.
    private static let additiveGerman = """
        Zähle Punkte für eine Antwort auf eine Anfrage, einen für jedes, was zutrifft:
        sie handelt von der Anfrage; sie deckt einen guten Teil dessen ab, was gefragt ist; sie beantwortet den Kern der Anfrage auf \
        brauchbare Weise; sie spricht wie ein Assistent, geradeheraus und gut geordnet; sie ist mit der Sorgfalt eines Fachmanns auf die \
        Anfrage zugeschnitten und enthält nichts Überflüssiges.
        """
}
