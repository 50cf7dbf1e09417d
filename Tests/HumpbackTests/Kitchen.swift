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

    /// Writes pages that have little in common but for copies, every fourth one nearly the one before it and every ninth the first again.
    static func writeVariedPages(to folder: URL) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let words = [
            "kettle", "garden", "ladder", "window", "river", "basket", "candle", "meadow", "hammer", "orchard", "bucket", "pillow",
            "harbour",
            "barn", "spoon", "forest", "lantern", "bridge", "carpet", "valley", "mirror", "stove", "fence", "market", "thread", "saddle",
        ]
        func sentence(_ state: inout UInt64) -> String {
            let picked = (0..<4).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return words[Int(state >> 33) % words.count]
            }
            return
                "The \(picked[0]) by the \(picked[1]) is what you need for a \(picked[2]), and it will last as long as the \(picked[3]) does. "
        }
        for number in 0..<36 {
            let source = number % 9 == 8 ? 0 : number % 4 == 3 ? number - 1 : number
            var state = UInt64(source) &* 7919 &+ 17
            let paragraphs = (0..<3).map { _ in "<p>" + (0..<5).map { _ in sentence(&state) }.joined() + "</p>" }.joined()
            let more = number % 4 == 3 ? "<p>One more thing was added to this page at the end of it.</p>" : ""
            let page =
                "<html lang='en'><head><title>About the \(words[source % words.count])</title></head><body><h1>About the "
                + "\(words[source % words.count])</h1>\(paragraphs)\(more)</body></html>"
            try Data(page.utf8).write(to: folder.appending(path: "page\(number).html"))
        }
    }

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
