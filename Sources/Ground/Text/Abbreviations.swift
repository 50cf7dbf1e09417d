/// Abbreviations whose full stop ends no sentence, without it, in small letters.
public enum Abbreviations {
    public static let all = english.union(german).union(french).union(spanish)

    public static let english = words(
        """
        mr mrs ms dr prof sr jr st vs etc e.g i.e cf fig figs no nos vol pp ed eds al inc ltd co corp approx dept est jan feb mar apr \
        jun jul aug sep sept oct nov dec gen col lt sgt rev hon u.s u.k a.m p.m ca
        """)

    public static let german = words(
        """
        z.b u.a d.h bzw usw ca nr dr prof hr fr str tel abs art bd ggf inkl evtl sog vgl s.o s.u o.ä u.ä v.a i.d.r z.t m.e z b u a d h \
        jh jhd st mio mrd mind max min etc jan feb mär apr jun jul aug sep sept okt nov dez geb gest hrsg dipl ing
        """)

    public static let french = words("mme mmes mlle mlles cf env p.ex av.j.-c")

    public static let spanish = words("sra sras srta dra uds pág págs núm aprox p.ej")

    private static func words(_ text: String) -> Set<String> { Set(text.split(whereSeparator: \.isWhitespace).map(String.init)) }
}
