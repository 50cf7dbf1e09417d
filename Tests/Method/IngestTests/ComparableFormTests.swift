import Testing

@testable import Ingest

@Suite struct ComparableFormTests {
    private let pairs = [
        ("Caf\u{E9} cr\u{E8}me", "Cafe\u{301} cre\u{300}me"), ("が好き", "か\u{3099}好き"),
        ("한국어", "\u{1112}\u{1161}\u{11AB}\u{1100}\u{116E}\u{11A8}\u{110B}\u{1165}"),
        ("ABC 123", "ＡＢＣ １２３"), ("カタカナ", "ｶﾀｶﾅ"), ("\u{623}حمد", "\u{627}\u{654}حمد"), ("fine flow", "ﬁne ﬂow"),
    ]

    @Test("texts that differ in their normal form alone are the same to both searches for duplicates")
    func same() {
        for (one, other) in pairs {
            #expect(ExactDeduplicator.normalised(one) == ExactDeduplicator.normalised(other), "\(one)")
            #expect(MinHash().runs(of: one) == MinHash().runs(of: other), "\(one)")
        }
    }

    @Test("other texts stay other texts")
    func different() {
        #expect(ExactDeduplicator.normalised("が") != ExactDeduplicator.normalised("か"))
        #expect(ComparableForm.composed("plain text, für alle – 日本語") == "plain text, für alle – 日本語")
    }

    @Test(
        "in scripts without spaces one character of many makes a near-duplicate, and another text does not",
        arguments: [CharsetDetectorTests.chinese, CharsetDetectorTests.japanese, CharsetDetectorTests.thai])
    func scripts(_ text: String) {
        func runs(_ text: String) -> Set<UInt32> { Set(MinHash().runs(of: text)) }
        let long = text + text.reversed()
        var changed = Array(long.unicodeScalars)
        changed[changed.count / 3] = "\u{4E95}"
        var other = String.UnicodeScalarView()
        other.append(contentsOf: changed)
        let (one, two) = (runs(long), runs(String(other)))
        #expect(Double(one.intersection(two).count) / Double(one.union(two).count) > 0.8)
        #expect(one.count > 40)
        let far = runs(String(text.reversed()))
        #expect(Double(runs(text).intersection(far).count) / Double(runs(text).union(far).count) < 0.2)
    }
}
