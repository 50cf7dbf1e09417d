import Foundation

/// The key that servers ask for. It is sent to them and shown to nobody, whatever a server says.
struct EndpointKey: Sendable {
    let text: String

    /// So long is no word of a text by chance; shorter ones ("EMPTY", "none") stand in for a key where a server wants any.
    private static let realLength = 16
    private static let stead = "[the key]"

    /// Nil for no key at all; throws where it could not be a header's value.
    init?(_ given: String?) throws(EndpointError) {
        guard let given else { return nil }
        // What a shell reads out of a file ends with a line.
        text = given.trimmingCharacters(in: .whitespacesAndNewlines)
        if text.isEmpty { return nil }
        guard text.unicodeScalars.allSatisfy({ (0x21...0x7E).contains($0.value) }) else { throw .wrongKey }
    }

    /// A message with something else in the place of the key, as it is or as an address or JSON writes it.
    func hidden(in message: String) -> String {
        spellings.reduce(message) { $0.replacing($1, with: Self.stead) }
    }

    /// The same of an answer, which may hold any word: only a key that is none by chance is looked for.
    func hidden(inAnswer bytes: [UInt8]) -> [UInt8] {
        guard text.utf8.count >= Self.realLength else { return bytes }
        let answer = String(decoding: bytes, as: UTF8.self)
        let hidden = hidden(in: answer)
        return hidden == answer ? bytes : Array(hidden.utf8)
    }

    private var spellings: [String] {
        let plain = CharacterSet.alphanumerics
        let inAddress = [plain, plain.union(CharacterSet(charactersIn: "-._~"))].compactMap {
            text.addingPercentEncoding(withAllowedCharacters: $0)
        }
        let inJSON = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return Set(inAddress + [text, inJSON, inJSON.replacing("/", with: "\\/")]).sorted { ($0.count, $0) > ($1.count, $1) }
    }
}
