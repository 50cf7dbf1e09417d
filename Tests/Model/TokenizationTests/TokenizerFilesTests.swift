import Foundation
import Ground
import TestSupport
import Testing

@testable import Tokenization

@Suite struct TokenizerFilesTests {
    private static let text = "The bridge wasn't built in 1903,   naïve 🙂\n\tBrücke </s> <|im_end|>"

    private func copy(_ name: String, to place: URL) throws {
        try FileManager.default.copyItem(at: Golden.folder.appending(path: name), to: place)
    }

    @Test("a folder with tokenizer.model alone opens, and its settings name special tokens, a template and tokens beside the vocabulary")
    func sentencePieceFolder() async throws {
        let golden = try Golden("llama2").tokenizer
        try await withTemporaryDirectory { place in
            try copy("llama2.model", to: place.appending(path: "tokenizer.model"))
            for tokenizer in [try Tokenizer(directory: place), try Tokenizer(at: place.appending(path: "tokenizer.model"))] {
                #expect(tokenizer.encode(Self.text) == golden.encode(Self.text) && tokenizer.beginToken == golden.beginToken)
                #expect(tokenizer.fingerprint == golden.fingerprint)
            }
            let settings = """
                {"tokenizer_class": "LlamaTokenizer", "eos_token": {"content": "<|im_end|>"}, "chat_template": "{{ bos_token }}",
                 "added_tokens_decoder": {"0": {"content": "<unk>", "special": true},
                 "\(golden.vocabularySize)": {"content": "<|im_end|>", "special": true}}}
                """
            try Data(settings.utf8).write(to: place.appending(path: "tokenizer_config.json"))
            let tokenizer = try Tokenizer(directory: place)
            let end = Int32(golden.vocabularySize)
            #expect(tokenizer.endTokens == [end] && tokenizer.beginToken == golden.beginToken && tokenizer.chatTemplate != nil)
            #expect(!tokenizer.encode(Self.text).contains(end))
            #expect(tokenizer.encode("a<|im_end|>", parsingSpecialTokens: true, addingSpecialTokens: false).last == end)
        }
    }

    @Test("a folder with vocab.json and merges.txt opens as GPT-2's, or as Qwen's where its settings say so")
    func mergesFolder() async throws {
        let golden = try Golden("qwen2").tokenizer
        let model = try #require(try JSONNode(parsing: golden.file.json)["model"])
        let merges = try (model["merges"]?.array ?? []).enumerated().map { rank, node in
            let (left, right) = try VocabularyReader.pair(node, rank)
            return String(decoding: left, as: UTF8.self) + " " + String(decoding: right, as: UTF8.self)
        }
        try await withTemporaryDirectory { place in
            try Data(JSONText(try #require(model["vocab"])).bytes).write(to: place.appending(path: "vocab.json"))
            try Data(("#version: 0.2\n" + merges.joined(separator: "\n") + "\n").utf8).write(to: place.appending(path: "merges.txt"))
            let plain = try Tokenizer(directory: place)
            #expect(plain.decode(plain.encode(Self.text)) == Self.text)
            let settings = """
                {"tokenizer_class": "Qwen2Tokenizer", "eos_token": "<|end|>", "added_tokens_decoder":
                 {"\(try #require(golden.id(of: "<|end|>")))": {"content": "<|end|>", "special": true}}}
                """
            try Data(settings.utf8).write(to: place.appending(path: "tokenizer_config.json"))
            let qwen = try Tokenizer(directory: place)
            for item in try Golden("qwen2").cases { #expect(qwen.encode(item.text) == item.plain, "\(item.text.debugDescription)") }
            #expect(qwen.endTokens.first == golden.id(of: "<|end|>"))
        }
    }

    @Test("names what is missing, and a file of another kind")
    func refuses() async throws {
        try await withTemporaryDirectory { place in
            let missing = #expect(throws: TokenizationError.self) { try Tokenizer(directory: place) }
            #expect(missing == .missingFile(path: place.appending(path: "tokenizer.json").path))
            let folder = place.appending(path: "nothing")
            #expect(throws: TokenizationError.missingFile(path: folder.appending(path: "tokenizer.json").path)) {
                try Tokenizer(at: folder)
            }
            try Data("words".utf8).write(to: place.appending(path: "words.txt"))
            let other = #expect(throws: TokenizationError.self) { try Tokenizer(at: place.appending(path: "words.txt")) }
            #expect(other?.description.contains("words.txt") == true)
            try Data("YQ== 0\n".utf8).write(to: place.appending(path: "tokenizer.model"))
            let unknown = #expect(throws: TokenizationError.self) { try Tokenizer(directory: place) }
            #expect(unknown?.description.contains("with 1 tokens") == true)
        }
    }

    @Test(
        "the tokenizers library loads every tokenizer.json that we write, and gives our tokens",
        .enabled(if: PythonPeer.has("tokenizers"), "needs HUMPBACK_PYTHON, a python with tokenizers"))
    func tokenizersReads() async throws {
        var trainer = try TokenizerTrainer(vocabularySize: 600)
        let texts = try Golden("qwen2").cases.map(\.text)
        for text in texts { trainer.add(text) }
        var made = [("trained", try trainer.train())]
        for name in ["llama2", "gemma", "llama3", "gpt2_with_digits", "prefix_space"] { made.append((name, try Golden(name).tokenizer)) }
        for name in ["llama2", "gemma", "llama3", "qwen2"] {
            made.append(("\(name) by way of GGUF", try Tokenizer(gguf: Golden(name).tokenizer.ggufVocabulary())))
        }
        if let data = SharedData.directory {
            let place = data.appending(path: "tokenizers")
            made.append(("Llama 3's ranks", try Tokenizer(directory: place.appending(path: "llama-models/llama3"))))
            made.append(("Qwen's ranks", try Tokenizer(directory: place.appending(path: "qwen-tiktoken"))))
            made.append(("Llama 2's pieces", try Tokenizer(directory: place.appending(path: "llama2"))))
        }
        let script = """
            import json, sys
            from tokenizers import Tokenizer
            texts = json.load(open(sys.argv[1] + "/texts.json"))
            answers = []
            for name in sys.argv[2:]:
                tokenizer = Tokenizer.from_file(sys.argv[1] + "/" + name + "/tokenizer.json")
                tokenizer.encode_special_tokens = True
                answers.append([tokenizer.encode(text, add_special_tokens=False).ids for text in texts])
            print(json.dumps(answers))
            """
        try await withTemporaryDirectory { place in
            try JSONEncoder().encode(texts).write(to: place.appending(path: "texts.json"))
            for (index, (_, tokenizer)) in made.enumerated() { try tokenizer.write(to: place.appending(path: "\(index)")) }
            let answers = try PythonPeer.json([[[Int32]]].self, script, [place.path] + made.indices.map(String.init))
            for ((name, tokenizer), answer) in zip(made, answers) {
                let different = zip(texts, answer).filter { tokenizer.encode($0) != $1 }.map(\.0)
                #expect(different.isEmpty, "\(name): \(different.prefix(3).map(\.debugDescription))")
            }
        }
    }
}
