import Glibc
import Testing

@testable import Ingest

@Suite struct CharsetDetectorTests {
    /// The text in another character set, by the C library.
    static func bytes(_ text: String, _ name: String) -> [UInt8] {
        guard let descriptor = iconv_open(name, "UTF-8"), Int(bitPattern: descriptor) != -1 else { return [] }
        defer { iconv_close(descriptor) }
        var input = text.utf8.map { CChar(bitPattern: $0) }
        var output = [CChar](repeating: 0, count: 4 * input.count + 16)
        let count = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                var (source, left, target, room) = (input.baseAddress, input.count, output.baseAddress, output.count)
                _ = iconv(descriptor, &source, &left, &target, &room)
                // What is left of a stateful set's shifts.
                _ = iconv(descriptor, nil, nil, &target, &room)
                return output.count - room
            }
        }
        return output[..<count].map { UInt8(bitPattern: $0) }
    }

    static let japanese = "春になると漁師たちは海にロープを吊るし、小さな牡蠣が育つのを静かに待ちます。秋には大きな牡蠣を売ります。"
    static let chinese = "春天来了，农民在田里种下豆子，他们每天都要给它们浇水。到了秋天，大家一起把豆子收回家里。"
    static let traditional = "春天來了，農民在田裡種下豆子，他們每天都要給它們澆水。到了秋天，大家一起把豆子收回家裡。"
    static let korean = "봄이 되면 어부들은 바다에 밧줄을 매달고 작은 굴이 자라기를 조용히 기다립니다. 가을에는 큰 굴을 시장에 내다 팝니다."
    static let russian =
        "Весной рыбаки вешают верёвки в море и тихо ждут, пока подрастут маленькие устрицы. Осенью они продают их на рынке."
    static let greek = "Την άνοιξη οι ψαράδες κρεμούν σχοινιά στη θάλασσα και περιμένουν να μεγαλώσουν τα μικρά στρείδια."
    static let hebrew = "באביב הדייגים תולים חבלים בים ומחכים בשקט עד שהצדפות הקטנות יגדלו, ובסתיו הם מוכרים אותן בשוק."
    static let thai = "ในฤดูใบไม้ผลิ ชาวประมงแขวนเชือกไว้ในทะเลและรอให้หอยนางรมตัวเล็กเติบโตอย่างเงียบ ๆ"

    @Test(
        "tells undeclared sets by the commonest characters of their languages",
        arguments: [
            (japanese, "SHIFT_JIS"), (japanese, "EUC-JP"), (japanese, "ISO-2022-JP"), (chinese, "GB18030"), (chinese, "GB2312"),
            (traditional, "BIG5"),
            (korean, "EUC-KR"), (russian, "CP1251"), (russian, "KOI8-R"), (russian, "CP866"), (russian, "ISO-8859-5"),
            (greek, "ISO-8859-7"),
            (hebrew, "CP1255"), (thai, "TIS-620"),
        ])
    func undeclared(_ text: String, _ name: String) {
        let page = Array("<html><body><p>".utf8) + Self.bytes(text, name) + Array("</p></body></html>".utf8)
        #expect(String(decoding: Charset.utf8(page, declared: nil), as: UTF8.self).contains(text))
    }

    @Test("a server's default is no obstacle, a right declaration is kept")
    func declared() {
        let page = Self.bytes(Self.japanese, "SHIFT_JIS")
        #expect(String(decoding: Charset.utf8(page, declared: "ISO-8859-1"), as: UTF8.self) == Self.japanese)
        #expect(String(decoding: Charset.utf8(page, declared: "utf-8"), as: UTF8.self) == Self.japanese)
        #expect(String(decoding: Charset.utf8(Self.bytes(Self.russian, "KOI8-R"), declared: "koi8-r"), as: UTF8.self) == Self.russian)
    }

    @Test(
        "text in Latin letters is windows-1252",
        arguments: ["Größe und Maße für die Tür, schön und grün", "Où est passé l’été ? Çà et là, déjà.", "El niño comió piñas en España"])
    func latin(_ text: String) {
        let bytes = Self.bytes(text, "CP1252")
        #expect(CharsetDetector.detect(bytes) == nil)
        #expect(String(decoding: Charset.utf8(bytes, declared: nil), as: UTF8.self) == text)
    }

    @Test("any bytes at all are told or not, and give text")
    func anything() {
        var state: UInt64 = 7
        for _ in 0..<200 {
            let bytes = (0..<300).map { _ -> UInt8 in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(truncatingIfNeeded: state >> 33)
            }
            #expect(UTF8Check(Charset.utf8(bytes, declared: nil)).isValid)
        }
    }
}
