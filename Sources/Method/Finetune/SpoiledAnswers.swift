import Ground

/// Ways to make a good answer worse, each with the score it deserves, so that seed pairs alone teach a judge what to mark down.
///
/// The rubric of Li et al. 2023 (table 1) names the faults: broken off, off topic, a private or forum voice, promotion, navigation text.
enum SpoiledAnswer: CaseIterable {
    case nearlyWhole, brokenOff, fragment, scrambled, otherHalf, promotion, forumVoice, navigation
    case menuLines, comments, anecdote

    /// Those that a judge is taught.
    static let taught: [SpoiledAnswer] = [
        .nearlyWhole, .brokenOff, .fragment, .scrambled, .otherHalf, .promotion, .forumVoice, .navigation,
    ]
    /// Those that leave what was asked for in the text, so that a signal must see the fault and not the topic.
    static let onTopic: [SpoiledAnswer] = [.brokenOff, .scrambled, .promotion, .menuLines, .comments, .anecdote]

    /// The label from 1 to 5 that a judge should learn for it.
    var score: Int {
        switch self {
        case .nearlyWhole, .forumVoice, .anecdote: 3
        case .menuLines, .comments, .brokenOff, .promotion, .scrambled, .otherHalf: 2
        case .fragment, .navigation: 1
        }
    }

    /// The spoiled text, or nil where the answer is too short to be spoiled in this way.
    func spoil(_ answer: String, with other: String, random: inout KeyedRandom) -> String? {
        let sentences = Self.sentences(of: answer)
        switch self {
        case .nearlyWhole:
            guard sentences.count >= 4 else { return nil }
            return Self.cut(sentences.dropLast(sentences.count / 4).joined())
        case .brokenOff:
            guard answer.utf8.count >= 120 else { return nil }
            return Self.cut(String(answer.prefix(answer.count * (35 + Int(random.next() % 30)) / 100)))
        case .fragment:
            guard answer.utf8.count >= 160 else { return nil }
            return Self.cut(String(answer.prefix(answer.count / 8)))
        case .scrambled:
            guard sentences.count >= 4 else { return nil }
            var order = sentences
            for index in stride(from: order.count - 1, to: 0, by: -1) { order.swapAt(index, Int(random.next() % UInt64(index + 1))) }
            return order == sentences ? nil : order.map { Self.cut($0) }.joined(separator: " ")
        case .otherHalf:
            let others = Self.sentences(of: other)
            guard sentences.count >= 2, others.count >= 2 else { return nil }
            return Self.cut(sentences.prefix((sentences.count + 1) / 2).joined()) + " "
                + Self.cut(others.suffix((others.count + 1) / 2).joined())
        case .promotion:
            return Self.splice(Self.promotions, into: sentences, random: &random)
        case .forumVoice:
            return Self.splice(Self.forumLines, into: sentences, random: &random)
        case .menuLines:
            return Self.lines(of: sentences, among: Self.menus, random: &random)
        case .comments:
            return Self.lines(of: sentences, among: Self.commentLines, random: &random)
        case .anecdote:
            return Self.pick(Self.anecdotes, random: &random) + " " + answer
        case .navigation:
            return Self.pick(Self.menus, random: &random) + "\n" + Self.cut(sentences.prefix(1).joined()) + "\n"
                + Self.pick(Self.menus, random: &random)
        }
    }

    /// The sentences with the white space after them, so that joined they give the text again.
    static func sentences(of text: String) -> [String] {
        var sentences = [String]()
        var current = ""
        var ended = false
        for character in text {
            if ended, !character.isWhitespace {
                if character.isUppercase || character.isNumber || "-*•„\"".contains(character) {
                    sentences.append(current)
                    current = ""
                }
                ended = false
            }
            current.append(character)
            if ".!?:".contains(character) || character.isNewline { ended = true } else if !character.isWhitespace { ended = false }
        }
        if !current.isEmpty { sentences.append(current) }
        return sentences
    }

    private static func cut(_ text: String) -> String {
        var text = Substring(text)
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    private static func pick(_ lines: [String], random: inout KeyedRandom) -> String { lines[Int(random.next() % UInt64(lines.count))] }

    /// One line before, inside or after the answer, sometimes two.
    private static func splice(_ lines: [String], into sentences: [String], random: inout KeyedRandom) -> String {
        var parts = sentences.map { cut($0) }
        for _ in 0...Int(random.next() % 2) { parts.insert(pick(lines, random: &random), at: Int(random.next() % UInt64(parts.count + 1))) }
        return parts.joined(separator: " ")
    }

    /// Two of the lines on lines of their own, one of them inside or behind the answer.
    private static func lines(of sentences: [String], among lines: [String], random: inout KeyedRandom) -> String {
        let place = 1 + Int(random.next() % UInt64(max(1, sentences.count)))
        let (first, second) = (pick(lines, random: &random), pick(lines, random: &random))
        let parts = [first, cut(sentences.prefix(place).joined()), second, cut(sentences.dropFirst(place).joined())]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private static let commentLines = [
        "3 thoughts on this recipe", "Maria says: June 4 at 10:12 pm Great stuff, thank you", "1 reply", "Posted by admin in Tips",
        "Anonymous wrote: does this work with an older version too", "Report abuse  Quote  Like (7)", "View all 23 comments",
        "Last edited by tomcat88; 03-11-2014 at 09:40", "Ein Kommentar", "Gast schrieb am 4. Juni: Danke für den Tipp",
        "Beitrag melden  Zitieren",
    ]
    private static let anecdotes = [
        "When I was about ten, my grandmother used to take me to her kitchen on Sundays, and I still think of it.",
        "So last weekend my brother and I finally got around to it, and let me tell you how it went.",
        "Hi everyone, long time reader and first time poster here, please be kind to me.",
        "It was raining the whole day, the kids were bored, and I had run out of ideas when this came to my mind.",
        "Okay, I have to admit that I was wrong about this for years.",
        "Hallo zusammen, ich lese hier schon lange mit und schreibe heute meinen ersten Beitrag.",
        "Als ich klein war, nahm mich mein Opa jeden Sommer mit, und daran musste ich gestern wieder denken.",
    ]
    private static let promotions = [
        "Order today and save twenty percent on your first delivery!", "Our award-winning team is only one call away.",
        "Sign up for our newsletter and never miss an offer again.", "Click here to get your free quote now.",
        "Use the code SPRING at the checkout for free shipping.", "That is why thousands of customers trust our products every day.",
        "Book your place now, spaces are limited!", "Visit our shop for the full range of accessories.",
        "Jetzt bestellen und beim ersten Einkauf zehn Prozent sparen!",
        "Melden Sie sich für unseren Newsletter an und verpassen Sie kein Angebot.",
        "Unser Team berät Sie gern, rufen Sie uns noch heute an.", "Nur solange der Vorrat reicht!",
    ]
    private static let forumLines = [
        "Thanks for stopping by my little corner of the internet!", "Sorry it has been so quiet on this blog lately, life got in the way.",
        "I had the same problem last year and honestly it drove me mad.", "Just my two cents, your mileage may vary.",
        "Let me know in the comments what you think!", "Edit: typo, thanks to everyone who pointed it out.",
        "My husband always laughs at me for this, but I swear by it.", "Hope that helps, cheers from a long-time lurker.",
        "Schreibt mir gern in die Kommentare, wie ihr das macht!", "Ich hatte letztes Jahr genau dasselbe Problem, zum Verzweifeln.",
        "Nur meine Meinung, jeder sieht das ja anders.", "Danke fürs Lesen und bis zum nächsten Beitrag auf meinem Blog.",
    ]
    private static let menus = [
        "Home | About us | Contact | Log in", "You are here: Start > Topics > Archive > Page 3", "Share this: Facebook Twitter Email Print",
        "Previous article   Next article   Back to top", "Related posts: 12 Comments: 0 Categories: General",
        "Accept all cookies  Settings  Reject",
        "Startseite | Über uns | Kontakt | Impressum | Datenschutz", "Sie sind hier: Start > Themen > Archiv > Seite 3",
        "Vorheriger Beitrag   Nächster Beitrag   Nach oben", "Alle Cookies akzeptieren  Einstellungen  Ablehnen",
    ]
}
