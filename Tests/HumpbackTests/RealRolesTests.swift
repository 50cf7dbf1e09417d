import Foundation
import TestSupport
import Testing

/// Models that nobody trained for our roles, in the roles.
@Suite struct RealRolesTests {
    private static let small = "SmolLM2-135M-Instruct.Q4_1.gguf"
    private static let base = "gemma-3-270m.Q4_K_M.gguf"
    private static let passages = [
        "Photosynthesis is how plants make sugar out of light, water and carbon dioxide. It takes place in the leaves, where chlorophyll catches "
            + "the light, and it gives off oxygen.",
        "A good knife lasts for decades if it is sharpened now and then. Pull the blade over a wet stone at an angle of about fifteen degrees, "
            + "ten times on each side, and wipe it dry.",
        "The Danube rises in the Black Forest and flows through ten countries before it reaches the Black Sea. Vienna, Bratislava, Budapest and "
            + "Belgrade lie on it.",
    ]

    private func run(_ command: [String], _ model: URL, input: String) throws -> BuiltTool.Ended {
        try BuiltTool.run(command + ["--model", model.path, "--no-packed-cache", "--quiet"], input: Data(input.utf8))
    }

    @Test(
        "asked by examples, an instruct model and a base model write instructions, drawn once and scored by nobody",
        .enabled(if: RealModels.has(small, base), "needs HUMPBACK_REAL_MODELS (../shared/models/get.sh)"), arguments: [small, base])
    func writes(file: String) throws {
        let input = try Self.passages.map { String(decoding: try JSONEncoder().encode(["text": $0]), as: UTF8.self) + "\n" }.joined()
        let ended = try run(["augment"], try #require(RealModels.file(file)), input: input)
        #expect(ended.status == 0, "\(ended)")
        let words = ["photosynthesis", "plant", "light", "knife", "blade", "sharpen", "danube", "river", "countries", "leaves"]
        #expect(ended.lines.count >= 2 && ended.lines.contains { line in words.contains { line.lowercased().contains($0) } })
        for line in ended.lines {
            #expect(line.contains("examples-"))
        }
    }

    @Test(
        "a model that cannot say a score is refused as a judge with status 2 and nothing written",
        .enabled(if: RealModels.has(small), "needs HUMPBACK_REAL_MODELS (../shared/models/get.sh)"), arguments: ["trained", "forward"])
    func judges(judge: String) throws {
        let pairs = (0..<5).map { #"{"id":"p\#($0)","instruction":"What is \#($0)?","output":"A number.","origin":"augmented"}"# + "\n" }
        let ended = try run(["curate", "--judge", judge], try #require(RealModels.file(Self.small)), input: pairs.joined())
        #expect(ended.status == 2 && ended.output.isEmpty, "\(ended)")
        #expect(ended.messages.contains("it cannot judge") && ended.messages.contains("humpback finetune --role judge"), "\(ended)")
    }

    @Test(
        "models with other tokenizers stand side by side in bits a byte",
        .enabled(if: RealModels.has(small, base), "needs HUMPBACK_REAL_MODELS (../shared/models/get.sh)"))
    func compared() throws {
        let pairs = Self.passages.map { #"{"instruction":"Tell me about it.","output":"\#($0)"}"# + "\n" }.joined()
        try withFile(pairs) { file in
            let ended = try BuiltTool.run([
                "evaluate", "--no-packed-cache", "--model", try #require(RealModels.file(Self.small)).path, "--model",
                try #require(RealModels.file(Self.base)).path, file,
            ])
            #expect(ended.status == 0 && ended.output.contains("bits a byte"), "\(ended)")
        }
    }

    private func withFile(_ content: String, _ body: (String) throws -> Void) throws {
        let place = FileManager.default.temporaryDirectory.appending(path: "humpback-roles-\(UUID().uuidString).jsonl")
        try Data(content.utf8).write(to: place)
        defer { try? FileManager.default.removeItem(at: place) }
        try body(place.path)
    }
}
