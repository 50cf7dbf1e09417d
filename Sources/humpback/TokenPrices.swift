import Foundation
import Ground

/// What a million tokens of models of servers cost, as a file says: `{"NAME": {"prompt": 0.15, "answer": 0.60}}`.
struct TokenPrices {
    let file: String
    private var prices: [String: (prompt: Double, answer: Double)] = [:]

    init(file: String) throws {
        self.file = file
        guard let data = FileManager.default.contents(atPath: file) else {
            throw UsageError.combination("--prices \(file): there is no such file.")
        }
        guard let object = try? JSONObject(parsing: Array(data)) else { throw Self.unreadable(file, "it is no JSON object") }
        for (name, value) in object.fields {
            guard let pair = value.object, let prompt = pair["prompt"]?.double, let answer = pair["answer"]?.double, prompt >= 0,
                answer >= 0,
                pair.keys.count == 2
            else { throw Self.unreadable(file, "\(name) has not the two numbers prompt and answer") }
            prices[name] = (prompt, answer)
        }
    }

    private static func unreadable(_ file: String, _ reason: String) -> UsageError {
        .combination("--prices \(file): \(reason); write {\"NAME\": {\"prompt\": 0.15, \"answer\": 0.60}}, the prices of a million tokens.")
    }

    /// Nil where the model has no price.
    func cost(of model: String, prompt: Int, answer: Int) -> Double? {
        prices[model].map { ($0.prompt * Double(prompt) + $0.answer * Double(answer)) / 1e6 }
    }
}
