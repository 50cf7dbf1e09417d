import Foundation
import TestSupport
import Testing

/// A small world for the tool: pages, seeds, and a model of each role, made once a test run by the tool itself.
///
/// The models have learned next to nothing; what is tested is that commands fit together.
struct Kitchen {
    let folder: URL

    static let shared = Result { try Kitchen() }

    static func open() throws -> Kitchen { try shared.get() }

    private init() throws {
        folder = BuiltTool.executable.deletingLastPathComponent().appending(path: "humpback-test-kitchen")
        try? FileManager.default.removeItem(at: folder)
        try FileManager.default.createDirectory(at: folder.appending(path: "pages"), withIntermediateDirectories: true)
        for number in 0..<40 {
            try Data(Self.page(number).utf8).write(to: folder.appending(path: "pages/page\(number).html"))
        }
        let seeds = (0..<24).map { number in
            "{\"instruction\": \"How do I cook \(Self.dish(number))?\", \"output\": \"\(Self.advice(number)) \(Self.advice(number + 7))\"}\n"
        }.joined()
        try Data(seeds.utf8).write(to: folder.appending(path: "seed.jsonl"))
        try make("ingest", "pages", "-o", "passages.jsonl")
        try make("tokenizer", "train", "--vocabulary", "400", "passages.jsonl", "seed.jsonl", "--out", "tokenizer")
        try Data(Self.shape.utf8).write(to: folder.appending(path: "shape.json"))
        try make(
            "pretrain", "--shape", "shape.json", "--tokenizer", "tokenizer", "--steps", "4", "--batch", "2", "--context", "64", "--out",
            "base", "passages.jsonl")
        for role in ["forward", "backward"] {
            try make(
                "finetune", "--role", role, "--seed-only", "--base", "base", "--seed-data", "seed.jsonl", "--steps", "3", "--batch", "2",
                "--out", role)
        }
        // A judge must have learned to say a score at least, or it is refused.
        try make(
            "finetune", "--role", "judge", "--seed-only", "--base", "base", "--seed-data", "seed.jsonl", "--steps", "30", "--batch", "4",
            "--learning-rate", "0.01", "--out", "judge")
        // One in ten of what it writes comes to an end, and is kept.
        try make(
            "augment", "--model", "backward", "--samples", "4", "--max-new-tokens", "48", "passages.jsonl", "-o", "pairs.jsonl",
            "--max-broken", "1")
    }

    private func make(_ words: String...) throws {
        let ended = try BuiltTool.run(words, in: folder)
        if ended.status != 0 { throw Failure(command: words.joined(separator: " "), ended: ended) }
    }

    private struct Failure: Error, CustomStringConvertible {
        let command: String
        let ended: BuiltTool.Ended
        var description: String { "humpback \(command): \(ended)" }
    }

    private static let shape = """
        {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": 400, "hidden_size": 32, "intermediate_size": 64,
        "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 1536, "rms_norm_eps": 1e-5,
        "rope_theta": 10000, "tie_word_embeddings": true}
        """

    private static func dish(_ number: Int) -> String {
        let dishes = ["lentil soup", "barley bread", "plum cake", "bean stew", "onion tart", "millet porridge", "beet salad", "pea mash"]
        return dishes[number % dishes.count] + " for \(number + 2)"
    }

    private static func advice(_ number: Int) -> String {
        let lines = [
            "Soak what is dry overnight and throw the water away.", "Warm the oven before anything goes in.",
            "Taste before you salt, and salt before you serve.", "A heavy pot keeps the heat even.",
            "Cut everything to one size, so that it is done at one time.", "Let it rest for ten minutes under a cloth.",
            "Fresh herbs go in at the end, dried ones at the start.", "Keep a cup of the cooking water for the sauce.",
        ]
        return lines[number % lines.count]
    }

    private static func page(_ number: Int) -> String {
        let paragraphs = (0..<3).map { part in
            "<p>"
                + (0..<6).map { "Number \(number), part \(part): \(advice(number + part + $0)) Wait \(number + $0) minutes." }.joined(
                    separator: " ")
                + "</p>"
        }.joined()
        return "<html lang='en'><head><title>Cooking \(dish(number))</title></head><body><nav><a href='/'>Home</a></nav>"
            + "<h1>Cooking \(dish(number))</h1>\(paragraphs)</body></html>"
    }
}
