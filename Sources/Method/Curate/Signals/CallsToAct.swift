import Ground

/// How often a text tells its reader to do something about the site it stands on: buy, subscribe, call, comment, follow.
enum CallsToAct {
    /// Calls a sentence, at most 1.
    static func value(_ output: String) -> Double {
        let sentences = max(1, Sentences.ends(in: output).count)
        let text = " " + LexicalIndex.words(output).joined(separator: " ") + " "
        return min(1, Double(calls.reduce(0) { $0 + DanglingReferences.occurrences(of: " \($1) ", in: text) }) / Double(sentences))
    }

    private static let calls = [
        "click here", "click on", "subscribe", "sign up", "newsletter", "contact us", "call us", "email us", "call today", "call now",
        "buy now",
        "order now", "order online", "shop now", "add to cart", "book now", "book online", "free shipping", "free quote", "free trial",
        "discount", "coupon", "special offer", "limited time", "our customers", "our products", "our services", "our team", "follow us",
        "like us",
        "share this", "leave a comment", "in the comments", "comments", "read more", "learn more", "find out more", "log in", "login",
        "add to wishlist", "all rights reserved", "privacy policy", "cookies", "terms of use", "posted by", "posted on", "reply",
        "klicken sie",
        "hier klicken", "jetzt bestellen", "jetzt kaufen", "jetzt buchen", "abonnieren", "kontaktieren sie", "rufen sie", "unsere produkte",
        "unsere kunden", "unser team", "rabatt", "gutschein", "versandkostenfrei", "angebot", "kommentare", "weiterlesen", "mehr erfahren",
        "anmelden", "einloggen", "impressum", "datenschutz",
    ]
}
