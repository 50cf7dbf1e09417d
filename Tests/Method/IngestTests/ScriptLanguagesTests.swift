import Testing

@testable import Ingest

@Suite struct ScriptLanguagesTests {
    @Test(
        "a script or a letter of its own gives a language away",
        arguments: [
            ("Τα φασόλια θέλουν ήλιο και ζεστό χώμα.", "el"), ("השעועית אוהבת שמש ואדמה חמה.", "he"), ("ถั่วชอบแดดและดินอุ่น", "th"),
            ("콩은 햇빛과 따뜻한 흙을 좋아합니다.", "ko"), ("豆は日光と暖かい土を好みます。", "ja"), ("豆子喜欢阳光和温暖的土壤。", "zh"),
            ("Бобы растут в саду, они зелёные, мы их едим.", "ru"),
            ("Боби ростуть у саду, їх їдять зеленими.", "uk"), ("Бобът расте в градината.", "bg"),
            ("الفاصوليا تحب الشمس في الحديقة.", "ar"),
            ("لوبیا آفتاب و خاک گرم می‌خواهد و گل می‌دهد.", "fa"), ("শিম রোদ ভালোবাসে।", "bn"),
        ])
    func known(_ text: String, _ code: String) { #expect(ScriptLanguages.code(of: text) == code) }

    @Test(
        "Latin letters, and a few foreign ones among them, are not its matter",
        arguments: ["Beans want sun.", "Ähnlich öde Öfen", "Beans (豆) want sun", "", "123"])
    func unknown(_ text: String) { #expect(ScriptLanguages.code(of: text) == nil) }
}
