import Foundation
import Ground

/// What a million tokens of models of servers cost, as a file says: `{"NAME": {"prompt": 0.15, "answer": 0.60}}`.
struct TokenPrices {
    /// The highest price of a million tokens that is believed: one a token, whatever the currency.
    static let highest = 1e6

    let file: String
    private var prices: [String: (prompt: Double, answer: Double)] = [:]

    /// - Throws: a `UsageError` that names the file and its line, model or key where it is no such file.
    init(file: String) throws {
        self.file = file
        let object: JSONObject
        let bytes = try Self.read(file)
        do {
            object = try JSONObject(parsing: bytes)
        } catch  where error.kind == .notAnObject {
            throw Self.unreadable(file, "it is no JSON object")
        } catch {
            let line = bytes.prefix(error.offset).count { $0 == 0x0A } + 1
            throw Self.unreadable("\(file):\(line)", "it is no JSON object: \(error)")
        }
        guard !object.fields.isEmpty else { throw Self.unreadable(file, "it names no model") }
        for (name, value) in object.fields {
            guard let pair = value.object else { throw Self.unreadable(file, "\"\(name)\" is no object with the two prices") }
            if let other = pair.keys.first(where: { !["prompt", "answer"].contains($0) }) {
                throw Self.unreadable(file, "\"\(name)\" has the key \"\(other)\", which is neither prompt nor answer")
            }
            prices[name] = (try Self.price("prompt", of: name, in: pair, file), try Self.price("answer", of: name, in: pair, file))
        }
    }

    private static func read(_ file: String) throws -> [UInt8] {
        func refused(_ reason: String) -> UsageError { .combination("--prices \(file): \(reason).") }
        if file == "-" { throw refused("prices are read from a file, not from standard input") }
        if FileStatus.isFolder(file) { throw refused("that is a folder, and a file of prices is read") }
        guard FileManager.default.fileExists(atPath: file) else { throw refused("there is no such file") }
        guard let data = FileManager.default.contents(atPath: file) else {
            throw refused("it cannot be read; check who may read it")
        }
        return Array(data)
    }

    private static func price(_ key: String, of name: String, in pair: JSONObject, _ file: String) throws -> Double {
        guard let value = pair[key] else { throw unreadable(file, "\"\(name)\" has no key \"\(key)\"") }
        guard let price = value.double, (0...highest).contains(price) else {
            throw unreadable(file, "\"\(key)\" of \"\(name)\" is \(value.serialized.prefix(40)), and a price is a number from 0 to 1000000")
        }
        return price
    }

    private static func unreadable(_ place: String, _ reason: String) -> UsageError {
        .combination(
            "--prices \(place): \(reason); write {\"NAME\": {\"prompt\": 0.15, \"answer\": 0.60}}, the prices of a million tokens.")
    }

    /// Nil where the model has no price.
    func cost(of model: String, prompt: Int, answer: Int) -> Double? {
        prices[model].map { ($0.prompt * Double(prompt) + $0.answer * Double(answer)) / 1e6 }
    }

    /// What tokens of prompts and of answers cost, by the models' names. Where one has no price there is no sum, and it is said which.
    ///
    /// - Parameter isBound: whether it may cost less.
    func words(for tokens: [String: (prompt: Int, answer: Int)], isBound: Bool) -> String {
        let missing = tokens.keys.filter { prices[$0] == nil }.sorted()
        guard missing.isEmpty else {
            return "No sum of what it costs: \(file) has no price of \(missing.joined(separator: ", ")) (it has \(known)); add it."
        }
        let sum = tokens.sorted { $0.key < $1.key }.reduce(0.0) {
            $0 + (cost(of: $1.key, prompt: $1.value.prompt, answer: $1.value.answer) ?? 0)
        }
        let figure = sum > 0 && sum < 0.005 ? "less than 0.01" : Figures.fixed(sum, 2)
        return isBound ? "At most about \(figure), by \(file)." : "That is \(figure), by \(file)."
    }

    private var known: String {
        let names = prices.keys.sorted()
        return names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
    }
}
