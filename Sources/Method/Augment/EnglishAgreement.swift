/// What a small model gets wrong first when it asks in English: a verb that disagrees in number with what it asks about ("What are golf?"),
/// "what" for a person ("What is the best player?") and "who" for what is none, the form of a verb behind "do I", and "a" before a vowel.
///
/// The first three look at questions with "what" or "who" and a form of "to be" only, of which requests in other languages hold none. What
/// letters cannot tell passes.
enum EnglishAgreement {
    /// The words of the request that disagree, or nil.
    ///
    /// - Parameter text: the passage, whose "he" or "she" tells that a name is a person's.
    static func disagreement(in request: String, on text: String = "") -> String? {
        let words = tokens(request)
        let question = Question(words)
        return question.flatMap { number($0) ?? person($0, text) ?? thing($0, text) } ?? infinitive(words) ?? article(words)
    }

    /// A question with "what" or "who" and a form of "to be": "What is X", or "... what X is" at the end.
    private struct Question {
        let words: [Substring]
        let small: [String]
        let asks: Int
        let verb: Int
        /// What it asks about, to the end, and up to a word with which a name has come to its end.
        let name: [Int]
        let phrase: [Int]

        init?(_ words: [Substring]) {
            let small = words.map { $0.lowercased() }
            guard small.count > 2 else { return nil }
            if asking.contains(small[0]), being.contains(small[1]) {
                (asks, verb, name) = (0, 1, Array(2..<small.count))
            } else if let last = small.indices.last, being.contains(small[last]), let asks = small.lastIndex(where: asking.contains),
                asks + 1 < last, !being.contains(small[asks + 1]), !["kind", "type", "sort"].contains(small[asks + 1])
            {
                (self.asks, verb, name) = (asks, last, Array(asks + 1..<last))
            } else {
                return nil
            }
            (self.words, self.small) = (words, small)
            phrase = Array(name.prefix { !beyondName.contains(small[$0]) })
        }

        /// The verb, or "what", beside what it asks about.
        func told(_ first: Int) -> String { ([first] + (phrase.isEmpty ? name : phrase)).map { String(words[$0]) }.joined(separator: " ") }
    }

    private static func number(_ question: Question) -> String? {
        let (small, name, phrase) = (question.small, question.name, question.phrase)
        if ["are", "were"].contains(small[question.verb]) {
            if ["a", "an"].contains(small[name[0]]) {
                return name.contains { counts.contains(small[$0]) } ? nil : question.told(question.verb)
            }
            let several = name.contains { joins.contains(small[$0]) || counts.contains(small[$0]) || small[$0].allSatisfy(\.isNumber) }
            if several || (phrase.isEmpty ? name : phrase).contains(where: { mayBeSeveral(small[$0]) }) { return nil }
            return question.told(question.verb)
        }
        guard let last = phrase.last, phrase.count <= 5, !phrase.contains(where: { joins.contains(small[$0]) }) else { return nil }
        let isName = question.words[last].first?.isUppercase ?? false
        return !isName && !either.contains(small[last]) && isSeveral(small[last]) ? question.told(question.verb) : nil
    }

    /// "What" for the one whom the request calls a person, or for a name of two or three words in a text that says "he" or "she".
    private static func person(_ question: Question, _ text: String) -> String? {
        let (small, phrase) = (question.small, question.phrase)
        guard small[question.asks] == "what", let last = phrase.last else { return nil }
        // "What is a king?" asks what the word means.
        let isOne = small[phrase[0]] == "the" && persons.contains(small[last])
        if isOne, !phrase.contains(where: { small[$0].contains("'") }) { return question.told(question.asks) }
        let name = ["a", "an"].contains(small[phrase[0]]) ? phrase.dropFirst() : phrase[...]
        guard phrase.count == question.name.count, (2...3).contains(name.count), !["the", "new"].contains(small[phrase[0]]),
            name.allSatisfy({ isCapitalized(question.words[$0]) })
        else { return nil }
        return speaksOfOnePerson(text) ? question.told(question.asks) : nil
    }

    /// Whether the text says "he" or "she" of somebody.
    static func speaksOfOnePerson(_ text: String) -> Bool {
        text.split { !$0.isLetter }.contains { pronouns.contains($0.lowercased()) }
    }

    /// "Who" for a name in a text that speaks of nobody.
    private static func thing(_ question: Question, _ text: String) -> String? {
        guard question.small[question.asks] == "who", !text.isEmpty,
            question.name.allSatisfy({ question.words[$0].first?.isUppercase == true })
        else { return nil }
        let speaksOfOne = text.split { !$0.isLetter }.contains { somebody.contains($0.lowercased()) }
        return speaksOfOne ? nil : question.told(question.asks)
    }

    /// "How do I building a house?".
    private static func infinitive(_ words: [Substring]) -> String? {
        for place in words.indices.dropLast(2) where helping.contains(words[place].lowercased()) {
            let (subject, verb) = (words[place + 1].lowercased(), words[place + 2])
            if subjects.contains(subject), verb.count > 5, verb.hasSuffix("ing"), verb.allSatisfy(\.isLowercase),
                !infinitives.contains(String(verb))
            {
                return words[place...place + 2].joined(separator: " ")
            }
        }
        return nil
    }

    private static func isCapitalized(_ word: Substring) -> Bool {
        word.count > 1 && word.first?.isUppercase == true && word.dropFirst().first?.isLowercase == true
    }

    /// "a" before a vowel that is spoken as one, as far as letters tell.
    private static func article(_ words: [Substring]) -> String? {
        for (article, word) in zip(words, words.dropFirst()) where article == "a" && word.count > 1 {
            let soundsOtherwise = ["u", "eu", "one", "once", "ewe"].contains { word.lowercased().hasPrefix($0) }
            // Small letters only: "a AAA battery" is read by its letters' names, or not.
            let beginsWithVowel = word.first.map { "aeiou".contains($0) } ?? false
            if !soundsOtherwise, beginsWithVowel, word.allSatisfy(\.isLowercase) { return "\(article) \(word)" }
        }
        return nil
    }

    private static func tokens(_ text: String) -> [Substring] {
        var found = [Substring]()
        var start = text.startIndex
        while start < text.endIndex {
            let character = text[start]
            guard character.isLetter || character.isNumber || character == "," || character == "&" else {
                start = text.index(after: start)
                continue
            }
            let end =
                character == "," || character == "&"
                ? text.index(after: start)
                : text[start...].firstIndex { !($0.isLetter || $0.isNumber || "'’-".contains($0)) } ?? text.endIndex
            found.append(text[start..<end])
            start = end
        }
        return found
    }

    /// Whether a form of "to be" may stand beside the word, in small letters.
    static func agrees(_ verb: String, with word: String) -> Bool {
        verb == "are" || verb == "were" ? mayBeSeveral(word) : !isSeveral(word) || either.contains(word)
    }

    /// Whether the word, in small letters, is a plural, as far as letters tell.
    static func isSeveral(_ word: String) -> Bool {
        if several.contains(word) { return true }
        guard word.count > 2, word.last == "s", !one.contains(word) else { return false }
        return !["ss", "us", "is", "'s", "’s", "ics"].contains { word.hasSuffix($0) }
    }

    static func mayBeSeveral(_ word: String) -> Bool {
        isSeveral(word) || either.contains(word) || ["ics", "s'", "s’"].contains { word.hasSuffix($0) }
    }

    private static let asking: Set<String> = ["what", "who"]
    private static let being: Set<String> = ["is", "are", "was", "were"]
    private static let joins: Set<String> = ["and", "or", ",", "&"]
    private static let counts = set(
        "two three four five six seven eight nine ten couple list number lot range group pair few variety")
    /// Words with which a name of a thing has come to its end.
    private static let beyondName = set(
        "of in on at for to with from by that which who about as between used called like when if during after before made you we i they "
            + "your mean known based found named do does doing done so not")
    private static let persons = set(
        "player players actor actors actress singer singers author writer president king queen scientist person people man woman men women "
            + "musician artist painter poet founder inventor leader coach champion captain")
    private static let pronouns = set("he she his her him")
    /// Words of a text that speaks of a person, or of several under one name.
    private static let somebody = pronouns.union(persons).union(
        set("hers they their them who whom born band group team duo character god goddess co-creator creator name family i my mr mrs ms dr")
    )
    private static let helping = set("do does did can could should will would must")
    private static let subjects = set("i you we they one people he she it")
    private static let infinitives = set("spring string")
    private static let several = set(
        "people children men women feet teeth mice geese lice dice oxen police cattle phenomena bacteria fungi cacti nuclei stimuli larvae "
            + "algae alumni these those others")
    /// What may be one or several.
    private static let either = set(
        "series species data media fish sheep deer aircraft means headquarters crossroads news police people some any all both most many few "
            + "these those others you they we staff crew team family criteria")
    /// One, in spite of its last letter.
    private static let one = set(
        "gas lens bus atlas canvas christmas always chaos ethos cosmos diabetes perhaps yes as was has does bias chess")

    private static func set(_ words: String) -> Set<String> { Set(words.split(separator: " ").map(String.init)) }
}
