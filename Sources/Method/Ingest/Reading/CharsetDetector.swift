/// Tells the character set of text that is no UTF-8 and says nothing, or says what it is not.
///
/// Bytes are read in each set that such pages are in, and the set is taken in which most of what is no ASCII are the commonest characters of
/// its language: kana, the commonest Chinese characters, Korean syllables, Russian, Greek, Hebrew, Arabic or Thai letters. Text of Latin
/// letters has few bytes beyond ASCII, and is left to windows-1252.
enum CharsetDetector {
    private struct Candidate {
        var name: String
        var isTypical: @Sendable (Unicode.Scalar) -> Bool
        /// The share that typical characters have at least. Chance gives a fraction of it.
        var least: Double
    }

    /// The characters in question among all letters; text in Latin letters stays far below.
    private static let leastDensity = 0.3
    private static let sampleBytes = 1 << 16

    /// The name of the set by which the C library knows it, nil where none fits.
    static func detect(_ bytes: [UInt8]) -> String? {
        if hasEscapes(bytes) { return "iso-2022-jp" }
        let sample = textSample(of: bytes)
        let high = sample.count { $0 >= 0x80 }
        let letters = sample.count { $0.isASCIILetter }
        guard high >= 8, Double(high) >= leastDensity * Double(high + letters) else { return nil }
        // In words of Latin letters a byte beyond ASCII stands alone; in other scripts whole words are made of them.
        let joined = sample.indices.dropFirst().count { sample[$0] >= 0x80 && sample[$0 - 1] >= 0x80 }
        guard 5 * joined >= 2 * high else { return nil }
        var best: (name: String, score: Double)?
        for candidate in candidates {
            guard let share = share(of: candidate, in: sample), share >= candidate.least else { continue }
            // Of several that fit, the one that fits best beyond what is asked of it.
            let score = share / candidate.least
            if score > (best?.score ?? 0) { best = (candidate.name, score) }
        }
        return best?.name
    }

    /// The shifts between ASCII and JIS, which are nothing else.
    private static func hasEscapes(_ bytes: [UInt8]) -> Bool {
        var index = 0
        while index + 2 < bytes.count {
            if bytes[index] == 0x1B, bytes[index + 1] == 0x24, bytes[index + 2] == 0x42 || bytes[index + 2] == 0x40 { return true }
            index += 1
        }
        return false
    }

    /// The first bytes outside of tags, scripts and styles.
    private static func textSample(of bytes: [UInt8]) -> [UInt8] {
        var sample: [UInt8] = []
        var isInTag = false
        for byte in bytes {
            if byte == UInt8(ascii: "<") { isInTag = true }
            if !isInTag { sample.append(byte) }
            if byte == UInt8(ascii: ">") { isInTag = false }
            if sample.count >= sampleBytes { break }
        }
        // Scripts have no bytes beyond ASCII for the most part: their lines tell nothing.
        return Array(sample.split(separator: 10).filter { line in line.contains { $0 >= 0x80 } }.joined(separator: [10]))
    }

    /// The share of typical characters among those beyond ASCII, nil where the bytes are hardly text in that set.
    private static func share(of candidate: Candidate, in sample: [UInt8]) -> Double? {
        guard let text = Charset.converted(sample, from: candidate.name) else { return nil }
        var (typical, all, bad) = (0, 0, 0)
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars where scalar.value >= 0x80 {
            all += 1
            if scalar == "\u{FFFD}" || (0x80..<0xA0).contains(scalar.value) || (0xE000..<0xF900).contains(scalar.value) {
                bad += 1
            } else if candidate.isTypical(scalar) {
                typical += 1
            }
        }
        guard all >= 4, bad * 50 <= all else { return nil }
        return Double(typical) / Double(all)
    }

    private static func among(_ text: String) -> @Sendable (Unicode.Scalar) -> Bool {
        let set = Set(text.unicodeScalars)
        return { set.contains($0) }
    }

    private static let isKana: @Sendable (Unicode.Scalar) -> Bool = { (0x3041...0x30FC).contains($0.value) }
    private static let simplified = among(
        "的一是不了在人有我他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能好都然没日于起"
            + "还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声"
            + "全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产"
            + "入先山五太水万市眼体别处总才场师书比住员九笑性通目华报立马命张活难神数件安表原车白应路期叫死常提感金何更反合放做系计或司利受光王"
            + "果亲界及今京务制解各任至清物台象记边共风战干接它许八特觉望直服毛林题建南度统色字请交爱让认算论百吃义科怎元社术结六功指思非流每青"
            + "管夫连远资队跟带花快条院变联言权往展该领传近留红治决周保达办运武半候七必城父强步完革深区即求品士转量空甚众技轻程告江语英基派满式"
            + "李息写呢识极令黄德收脸钱党倒未持取设始版双历越史商千片容研像找友孩站广改议形委早房音火际则首单据导影失拿网香似斯专石若兵弟谁校读"
            + "志飞观争究包组造落视济喜离虽坏")
    private static let traditional = among(
        "的一是不了在人有我他這中大來上個國到說們為子和你地出道也時年得就那要下以生會自著去之過家學對可她裡後小麼心多天而能好都然沒日於起"
            + "還發成事只作當想看文無開手十用主行方又如前所本見經頭面公同三已老從動兩長知民樣現分將外但身些與高意進把法此實回二理美點月明其種聲"
            + "全工己話兒者向情部正名定女問力機給等幾很業最間新什打便位因重被走電四第門相次東政海口使教西再平真聽世氣信北少關並內加化由卻代軍產"
            + "入先山五太水萬市眼體別處總才場師書比住員九笑性通目華報立馬命張活難神數件安表原車白應路期叫死常提感金何更反合放做系計或司利受光王"
            + "果親界及今京務制解各任至清物台象記邊共風戰干接它許八特覺望直服毛林題建南度統色字請交愛讓認算論百吃義科怎元社術結六功指思非流每青"
            + "管夫連遠資隊跟帶花快條院變聯言權往展該領傳近留紅治決周保達辦運武半候七必城父強步完革深區即求品士轉量空甚眾技輕程告江語英基派滿式"
            + "李息寫呢識極令黃德收臉錢黨倒未持取設始版雙歷越史商千片容研像找友孩站廣改議形委早房音火際則首單據導影失拿網香似斯專石若兵弟誰校讀"
            + "志飛觀爭究包組造落視濟喜離雖壞")
    private static let korean = among(
        "이다는을를의에가고하지은한로도기사대리자어서인아나정시그스라일해수들장부전주보있제과만게상원면오구고신소동여조비으세우진국관공경"
            + "성안유무것방단미연선말적운요생치마계러화거중학음때위물심데회였습니당바모니트분명문양용통각할호차분레내금감발건재른없")
    private static let cyrillic = among("оеаинтсрвлкм")
    private static let greek = among("αοιετσνηυρπκςίόάέή")
    private static let hebrew = among("יוהלאתרמבשנד")
    private static let arabic = among("اليمونرتبةعدسه")
    private static let thai = among("านรอกเงทมย่ว้ลัสดตบิี")

    private static let candidates: [Candidate] = [
        Candidate(name: "cp932", isTypical: isKana, least: 0.2), Candidate(name: "euc-jp", isTypical: isKana, least: 0.2),
        Candidate(name: "gb18030", isTypical: simplified, least: 0.45), Candidate(name: "big5-hkscs", isTypical: traditional, least: 0.45),
        Candidate(name: "cp949", isTypical: korean, least: 0.45), Candidate(name: "cp1251", isTypical: cyrillic, least: 0.6),
        Candidate(name: "koi8-r", isTypical: cyrillic, least: 0.6), Candidate(name: "cp866", isTypical: cyrillic, least: 0.6),
        Candidate(name: "iso-8859-5", isTypical: cyrillic, least: 0.6), Candidate(name: "cp1253", isTypical: greek, least: 0.6),
        Candidate(name: "cp1255", isTypical: hebrew, least: 0.6), Candidate(name: "cp1256", isTypical: arabic, least: 0.55),
        Candidate(name: "tis-620", isTypical: thai, least: 0.55),
    ]
}
