/// A phrase of a passage that names something, as a request would say it: "a planet", "the Solar system", "Amazon EMR".
///
/// Found by the small words and marks around it, without a dictionary: between a determiner, a preposition or a mark on the left, and a
/// mark, a preposition or a form of "to be" on the right stands mostly a name. Rose et al. 2010 (RAKE, "Automatic keyword extraction from
/// individual documents") cut a text at its small words and marks alike; the ends are stricter here, since a request shows the phrase as it
/// is. English only.
struct PassagePhrase: Sendable, Equatable {
    /// With the article that the passage gives it.
    let text: String
    /// The word that says one or several: the last one, or the one before "of".
    let head: String
    let article: Article
    /// All its words are written large inside of a sentence.
    let isName: Bool
    /// The form of "to be" with which the passage says what it is ("X is a ..."), if it does.
    let definition: String?

    enum Article: Sendable, Equatable { case none, the, one }

    /// The phrases of a text in the order in which they first stand in it; those that less speaks for only where there is no other.
    static func all(in text: String) -> [PassagePhrase] {
        let places = TextWords(text).places
        var order = [String]()
        var groups = [String: [Place]]()
        for place in places {
            if groups[place.key] == nil { order.append(place.key) }
            groups[place.key, default: []].append(place)
        }
        let sure = order.filter { key in groups[key].map { $0.contains(where: \.isSure) || $0.count > 2 } ?? false }
        for keys in [sure, order] {
            let found = keys.flatMap { key in groups[key].map(phrases) ?? [] }
            if !found.isEmpty { return found }
        }
        return []
    }

    /// One phrase for each article with which it stands at these places.
    private static func phrases(at places: [Place]) -> [PassagePhrase] {
        let inside = places.filter { !$0.beginsSentence }
        guard let place = inside.first ?? places.first, let last = place.words.last else { return [] }
        let content = place.words.filter { !SmallWords.all.contains($0.lowercased()) }
        let isName = places.allSatisfy(\.isLarge) && (!inside.isEmpty || content.count > 1)
        let head = (place.words.firstIndex { $0 == "of" }.map { place.words[$0 - 1] } ?? last).lowercased()
        guard !SmallWords.empty.contains(head), !isName || !SmallWords.empty.contains(last.lowercased()) else { return [] }
        if !isName, last.count < 3 || ["ly", "ed"].contains(where: last.hasSuffix) { return [] }
        // Large at a sentence's beginning, small elsewhere.
        var words = place.words.map(String.init)
        if inside.isEmpty, !isName, words[0].dropFirst().contains(where: \.isLowercase) { words[0] = words[0].lowercased() }
        let bare = words.joined(separator: " ")
        let definition = places.lazy.compactMap(\.definition).first
        var found = [PassagePhrase]()
        for place in places where isName || !(place.endsAtComma && place.determiner != .none) {
            let (text, article): (String, Article)
            switch place.determiner {
            case .none: (text, article) = (bare, .none)
            case .the: (text, article) = ("the " + bare, .the)
            case .one(let word): (text, article) = ("\(word) \(bare)", .one)
            case .other where head.hasSuffix("s"): (text, article) = (bare, .none)
            case .other: continue
            }
            if !found.contains(where: { $0.text == text }) {
                found.append(PassagePhrase(text: text, head: head, article: article, isName: isName, definition: definition))
            }
        }
        return found
    }

    /// One place at which a phrase stands.
    fileprivate struct Place {
        /// `one` says "a" or "an".
        enum Determiner: Equatable { case none, the, one(String), other }
        let words: ArraySlice<Substring>
        let key: String
        let determiner: Determiner
        let beginsSentence: Bool
        let endsAtComma: Bool
        let isLarge: Bool
        /// Whether what stands on both sides leaves little doubt.
        let isSure: Bool
        let definition: String?
    }
}

/// A text as words and marks, each in a place of its own.
private struct TextWords {
    let all: [Substring]
    let small: [String]

    init(_ text: String) {
        var all = [Substring]()
        var start = text.startIndex
        while start < text.endIndex {
            let character = text[start]
            let next = text.index(after: start)
            if character.isLetter || character.isNumber {
                let end = text[next...].firstIndex { !($0.isLetter || $0.isNumber || "'’-".contains($0)) } ?? text.endIndex
                all.append(text[start..<end])
                start = end
                continue
            }
            // A bullet or a dash between words ends what stands before it, as a line's end does.
            let standsAlone = next == text.endIndex || text[next].isWhitespace
            if character.isNewline || "-*•–—".contains(character) && standsAlone {
                all.append("\n")
            } else if !character.isWhitespace {
                all.append(text[start..<next])
            }
            start = next
        }
        self.all = all
        small = all.map { $0.lowercased() }
    }

    private func isWord(_ place: Int) -> Bool {
        all.indices.contains(place) && all[place].first.map { $0.isLetter || $0.isNumber } ?? false
    }
    private func isLarge(_ place: Int) -> Bool { all[place].first?.isUppercase == true }

    var places: [PassagePhrase.Place] {
        all.indices.filter(begins).flatMap { start in
            (start + 1...start + 6).prefix { isPart(start..<$0) }.compactMap { place(start..<$0) }
        }
    }

    private func begins(_ start: Int) -> Bool {
        isWord(start) && !SmallWords.all.contains(small[start]) && all[start].count > 1 && all[start].first?.isLetter == true
            && (isLarge(start) || !small[start].hasSuffix("ly"))
    }

    /// Whether the words may be the beginning of a phrase: up to four that tell, and "of", or "of the", once among them.
    private func isPart(_ range: Range<Int>) -> Bool {
        guard let last = range.last, isWord(last) else { return false }
        let before = last > range.lowerBound ? small[last - 1] : ""
        // Behind a possessive begins another phrase.
        if before.hasSuffix("'s") || before.hasSuffix("’s") { return false }
        if small[last] == "of" { return !range.dropLast().contains { small[$0] == "of" } }
        if small[last] == "the" { return before == "of" }
        let telling = range.count { !SmallWords.all.contains(small[$0]) }
        if range.count > 1, tellsWhatWasDone(last) { return false }
        return !SmallWords.all.contains(small[last]) && all[last].first?.isLetter == true && telling <= 4
    }

    private func place(_ range: Range<Int>) -> PassagePhrase.Place? {
        let (start, end) = (range.lowerBound, range.upperBound)
        guard let last = range.last, !SmallWords.all.contains(small[last]), !small[last].hasSuffix("'s"), !small[last].hasSuffix("’s")
        else { return nil }
        let right = end < small.count ? small[end] : "\n"
        guard isWord(end) ? SmallWords.behind.contains(right) || tellsWhatWasDone(end) : !"-/%".contains(right) else { return nil }
        let left = start > 0 ? small[start - 1] : "\n"
        let telling = range.filter { !SmallWords.all.contains(small[$0]) }
        let large = telling.allSatisfy(isLarge)
        let beginsSentence = !isWord(start - 1) && ".!?\n:".contains(left)
        // A name that began further to the left: "Call of | Duty", "7 | Wonders".
        if isLarge(start), left == "of", start > 1, isWord(start - 2), isLarge(start - 2) { return nil }
        if isWord(start - 1), left.first?.isNumber == true { return nil }
        guard
            let side = leftSide(
                left, of: start, isLarge: large, isLong: telling.count > 1, beginsSentence: beginsSentence, right: right)
        else { return nil }
        return PassagePhrase.Place(
            words: all[range], key: small[range].joined(separator: " "), determiner: side.determiner, beginsSentence: beginsSentence,
            endsAtComma: right == ",", isLarge: large, isSure: side.isSure, definition: definition(at: end))
    }

    /// "opened" of "the bakery opened in May", not of "the newly opened bakery".
    private func tellsWhatWasDone(_ place: Int) -> Bool {
        small[place].hasSuffix("ed") && !isLarge(place) && (!isWord(place + 1) || SmallWords.all.contains(small[place + 1]))
    }

    /// What stands before a phrase, and whether it leaves little doubt that one begins here; nil where none does.
    private func leftSide(
        _ left: String, of start: Int, isLarge: Bool, isLong: Bool, beginsSentence: Bool, right: String
    ) -> (determiner: PassagePhrase.Place.Determiner, isSure: Bool)? {
        if left == "the" { return (.the, true) }
        if left == "a" || left == "an" { return (.one(left), true) }
        if SmallWords.determiners.contains(left) || left.hasSuffix("'s") || left.hasSuffix("’s") { return (.other, true) }
        if SmallWords.prepositions.contains(left) {
            // "by rinsing water" tells what is done.
            return isLong && !isLarge && small[start].hasSuffix("ing") ? nil : (.none, true)
        }
        if beginsSentence { return (.none, SmallWords.helping.contains(right)) }
        if !isWord(start - 1) || SmallWords.joining.contains(left) { return (.none, isLarge) }
        guard isLarge, SmallWords.all.contains(left) || !self.isLarge(start - 1) else { return nil }
        return (.none, true)
    }

    private func definition(at end: Int) -> String? {
        guard end + 1 < small.count, ["is", "was", "are", "were"].contains(small[end]), ["a", "an", "the", "one"].contains(small[end + 1])
        else { return nil }
        return small[end]
    }
}

/// Words that join, point and help, and are no part of a name.
private enum SmallWords {
    static let helping = set("is are was were has have had can could should would will must may might does do did")
    static let determiners = set(
        "a an the this that these those my your his her its our their each every another any some all both most many no several few")
    static let prepositions = set(
        "of in on at for with from by about between into through during against among within without like unlike including than across "
            + "under over near via per")
    static let joining = set(
        "and or but because when where while if although though as is are was were called named include includes included")
    /// Verbs that are seldom names of things: in 53 MB of the text that calf read, each stands mostly behind "it", "which", "they", "to" and
    /// their like, and seldom behind an article or a preposition.
    private static let verbs = set(
        "seems affects occurs takes contains involves appears depends becomes produces gets consists carries describes "
            + "represents knows connects follows develops lies stands surrounds explains refers exists brings suggests meets finds "
            + "grows receives reaches relates operates thinks reflects determines sees lasts defines seeks belongs builds detects "
            + "believes resembles varies combines teaches corresponds emphasizes sits assumes loses discusses owns fails differs "
            + "chooses wins expresses manages proves rises writes expands pays reminds accepts learns specifies eats understands "
            + "begins focuses moves tells opens asks serves loves happens remains provides requires allows helps wants tends offers "
            + "shows enables prevents causes leads means matters works lets keeps lives be have get see know find want think tell "
            + "explain determine meet hear achieve appear buy detect expect speak vary happen obtain recommend recognize seem "
            + "represent examine suggest refer assume observe survive discover introduce exist indicate demonstrate accomplish "
            + "distinguish attend qualify breathe illustrate mention investigate rely arise arrive adopt marry acquire satisfy "
            + "suffer succeed realize conclude perceive differ thrive consult withdraw inherit evolve attain derive comply belong "
            + "depend serve occur remain contain provide require allow begin consist tend grow involve live")
    /// What may stand right behind a phrase.
    static let behind = helping.union(verbs).union(prepositions).union(
        set("to and or but which who that because when where while if called named since until before after as"))
    static let all = helping.union(determiners).union(prepositions).union(joining).union(behind).union(
        set(
            "one neither either above below upon toward towards along behind beyond off onto out outside inside up down till despite nor so yet "
                + "whereas why how what whom whose whether unless once be been being am having doing done shall cannot i you he she it we they me "
                + "him us them himself herself itself themselves myself yourself ourselves someone anyone everyone something anything everything "
                + "nothing theirs mine yours not never also only just even still already always often usually sometimes then there here very too "
                + "more less much such other others own same rather quite almost around however therefore thus hence instead again ever perhaps "
                + "maybe include includes included became become becomes get gets got gotten make makes made making use uses used using take "
                + "takes took taken taking go goes went gone going come comes came coming know knows known said say says saying see seen found "
                + "gave give gives given giving let keep put according due enough able left based follow follows first second third last next "
                + "etc eg ie yes please thanks today now ago later early two three four five six seven eight nine ten hundred thousand million "
                + "billion"))
    /// Words that may be part of a name and tell nothing as its head.
    static let empty = set(
        "new good better best well bad example examples instance way ways lot lots thing things kind kinds type types part parts number numbers "
            + "time times year years day days people person order fact case cases result results means addition amount amounts variety range set "
            + "group list place places rest front top end side bit sort general need needs important different various certain possible "
            + "available idea ideas tips step steps point points reason reasons man men woman women name names factor factors following question "
            + "questions answer answers problem problems form forms level levels term terms majority view course item items century month months "
            + "week weeks hour hours minute minutes past future present ready remainder back middle beginning bottom following previous greatest "
            + "biggest largest highest lowest latest main major whole respective")

    private static func set(_ words: String) -> Set<String> { Set(words.split(separator: " ").map(String.init)) }
}
