import Ground
import Records
import Tokenization

extension Tokenizer {
    /// The record with the tokens of its `text`.
    func tokenized(_ record: JSONObject) throws -> JSONObject {
        guard let text = record["text"]?.string else { throw record.missing("text", naming: "text") }
        var record = record
        record["tokens"] = .array(encode(text).map { .integer(Int($0)) })
        return record
    }

    /// The record with the text of its `tokens`.
    func detokenized(_ record: JSONObject) throws -> JSONObject {
        guard let tokens = record["tokens"]?.array else { throw record.missing("tokens") }
        let ids = tokens.compactMap { $0.integer.flatMap { Int32(exactly: $0) } }
        guard ids.count == tokens.count else { throw Rejection("wrong_type", value: "tokens", threshold: "a list of ids") }
        var record = record
        record["text"] = .string(decode(ids, skippingSpecialTokens: false))
        return record
    }
}
