import Curate
import Finetune
import Foundation
import Ground
import LanguageModels
import Records
import Stages
import Synchronization
import TestSupport
import Testing

@testable import Rounds

/// The three loops from end to end: models that answer by rule where a model is asked, and a tiny one where one is trained, so that what each
/// stage hands to the next is known beforehand.
struct LoopTests {
    /// A page of one section whose text names its number.
    private static func page(_ number: Int) -> String {
        let doings = ["digs", "waters", "weeds", "feeds", "covers", "prunes", "sows", "rakes"]
        let times = ["March", "April", "May", "June", "July", "August", "September", "October"]
        let sentences = zip(doings, times).map { doing, time in
            "In \(time) the gardener of plot \(number) \(doing) the beds that lie nearest to the wall and then looks at what the others have done."
        }
        return
            "<html><body><main><h1>Plot \(number)</h1><h2>The year of plot \(number)</h2><p>\(sentences.joined(separator: " "))</p></main></body></html>"
    }

    /// The number of the plot that a prompt is about.
    private static func plot(_ prompt: String) -> Int? {
        prompt.firstRange(of: "plot ").flatMap { Int(prompt[$0.upperBound...].prefix { $0.isNumber }) }
    }

    private static let seeds = (0..<20).map {
        "{\"instruction\":\"How does bed \($0) grow?\",\"output\":\"It grows from \($0) seeds. Water helps.\"}\n"
    }.joined()

    private static func kitchen(_ place: URL) throws -> (base: URL, seeds: URL, pages: URL) {
        let (seeds, pages, base) = (place.appending(path: "seed.jsonl"), place.appending(path: "pages"), place.appending(path: "base"))
        try Data(Self.seeds.utf8).write(to: seeds)
        try FileManager.default.createDirectory(at: pages, withIntermediateDirectories: true)
        for number in 0..<20 { try Data(page(number).utf8).write(to: pages.appending(path: "page\(number).html")) }
        try TinyModel.write(to: base, contextLength: 2048)
        return (base, seeds, pages)
    }

    private static func training(from base: URL) -> FinetunePlan {
        var training = FinetunePlan(roles: [.forward], base: base, output: base, threads: 1)
        (training.steps, training.batch, training.learningRate) = (2, 2, 0.01)
        return training
    }

    private static func records(_ file: URL) throws -> [JSONObject] { try RecordSource.readAll([file.path]).map(\.object) }

    /// The held-out losses of a report, a token and model.
    private static func losses(_ object: JSONObject) -> [String: Double] {
        let rows = object["models"]?.array?.compactMap(\.object) ?? []
        return Dictionary(
            rows.compactMap { row in row["model"]?.string.flatMap { name in row["loss"]?.double.map { (name, $0) } } },
            uniquingKeysWith: { first, _ in first })
    }

    @Test("backtranslation hands 20 pages on as 20 passages, 16 pairs and the 8 that the judge likes, and does nothing twice")
    func backtranslation() async throws {
        try await withTemporaryDirectory { place in
            let kitchen = try Self.kitchen(place)
            let asked = Mutex<[String]>([])
            let models = LoopModels(
                open: { path in
                    let name = URL(filePath: path).lastPathComponent
                    asked.withLock { $0.append(name) }
                    return ScriptedModel(
                        roles: name == "backward" ? [.backward] : name == "base" ? [] : [.forward],
                        answer: { prompt, _ in
                            // Every fifth plot is asked nothing about.
                            guard let plot = Self.plot(prompt), plot % 5 != 0 else { return "" }
                            return "What does the gardener of plot \(plot) do through the year?"
                        },
                        masses: { prompt in (Self.plot(prompt) ?? 0) < 10 ? [0, 0, 0, 0, 1] : [1, 0, 0, 0, 0] },
                        nats: { _, _ in name == "M1" ? -0.25 : name == "M0" ? -0.5 : -2 })
                }, settings: ["precision": "scripted"])
            var plan = BacktranslationPlan(
                directory: place.appending(path: "run"), corpus: [kitchen.pages.path], seedFiles: [kitchen.seeds.path],
                training: Self.training(from: kitchen.base), iterations: 1, judgement: .rubric, quiet: true)
            plan.selection = .paper
            let run = BacktranslationRun(plan: plan, models: models, display: LoopDisplay(note: { _ in }, trainingProgress: { _ in }))
            let report = try await run.run()

            let passages = try Self.records(plan.directory.appending(path: "passages.jsonl"))
            let pairs = try Self.records(plan.directory.appending(path: "pairs.jsonl"))
            let curated = try Self.records(plan.directory.appending(path: "curated1.jsonl"))
            func plots(_ records: [JSONObject], _ field: String) -> Set<Int> {
                Set(records.compactMap { $0[field]?.string.flatMap { Self.plot($0.lowercased()) } })
            }
            #expect(passages.count == 20 && plots(passages, "text") == Set(0..<20))
            #expect(pairs.count == 16 && plots(pairs, "instruction") == Set((0..<20).filter { $0 % 5 != 0 }))
            #expect(curated.count == 8 && plots(curated, "output") == Set((0..<10).filter { $0 % 5 != 0 }))
            for pair in pairs { #expect(plots([pair], "instruction") == plots([pair], "output")) }
            let first = report.object["models"]?.array?.last?.object
            #expect(first?["model"]?.string == "M1" && first?["curated_pairs"]?.integer == 8)
            #expect(Self.losses(report.object) == ["base": 2, "M0": 0.5, "M1": 0.25])

            let bytes = try Data(contentsOf: plan.directory.appending(path: "M1/model.safetensors"))
            asked.withLock { $0 = [] }
            let again = try await run.run()
            #expect(asked.withLock { $0 } == [] && again.markdown == report.markdown)
            #expect(try Data(contentsOf: plan.directory.appending(path: "M1/model.safetensors")) == bytes)
        }
    }

    @Test("SPIN makes a preference of each seed that the model answers in its own words, and learns from those of the round before")
    func spin() async throws {
        try await withTemporaryDirectory { place in
            let kitchen = try Self.kitchen(place)
            let models = LoopModels(
                open: { path in
                    let name = URL(filePath: path).lastPathComponent
                    return ScriptedModel(
                        roles: [.forward],
                        answer: { question, _ in
                            // To bed 3 it has nothing to say.
                            question.contains("bed 3 ") ? "" : "\(name) says of \(question)"
                        }, nats: { _, _ in name == "M2" ? -0.5 : -1 })
                }, settings: ["precision": "scripted"])
            var plan = PreferenceLoopPlan(
                directory: place.appending(path: "spin"), seedFiles: [kitchen.seeds.path], training: Self.training(from: kitchen.base),
                iterations: 2, sampling: Sampling(temperature: 1, topP: 1, maxNewTokens: 20))
            (plan.takesBaseAsItIs, plan.quiet) = (true, true)
            let run = SpinRun(plan: plan, models: models, display: LoopDisplay(note: { _ in }, trainingProgress: { _ in }))
            let report = try await run.run()

            let heldOut = 2
            for (round, opponent) in [(1, "base"), (2, "M1")] {
                let preferences = try Self.records(plan.directory.appending(path: "preferences\(round).jsonl")).map { try Preference($0) }
                let dropped = try Self.records(plan.directory.appending(path: "preferences\(round).jsonl.rejects"))
                #expect(preferences.count + dropped.count == 20 - heldOut)
                #expect(dropped.count <= 1 && dropped.allSatisfy { $0["reason"]?.string == "answer_empty" })
                #expect(preferences.allSatisfy { $0.rejected.hasPrefix("\(opponent) says of How does bed") })
                #expect(preferences.allSatisfy { $0.chosen.hasPrefix("It grows from ") })
            }
            #expect(Self.losses(report.object) == ["base": 1, "M1": 1, "M2": 0.5])
            let rows = report.object["models"]?.array?.compactMap(\.object) ?? []
            #expect(rows.compactMap { $0["preferences"]?.integer }.allSatisfy { $0 >= 17 } && rows.count == 3)
        }
    }

    @Test("self-rewarding prefers the answer that it rates best to the one that it rates worst, of prompts that are new")
    func selfReward() async throws {
        try await withTemporaryDirectory { place in
            let kitchen = try Self.kitchen(place)
            let topics = ["moss", "rain", "snails", "compost", "pears", "frost", "bees", "clay", "ivy", "mulch"]
            let models = LoopModels(
                open: { _ in
                    ScriptedModel(
                        roles: [.forward, .judge],
                        answer: { prompt, key in
                            if key.hasPrefix("prompt-"), let number = key.split(separator: "-").last.flatMap({ Int($0) }), number < 20 {
                                // Each topic twice, so that the second of each is no new prompt.
                                let topic = topics[number % topics.count]
                                return "Tell \(topic) lovers about \(topic), \(topic) tools and \(topic) troubles"
                            }
                            return "Answer number \(key.suffix(1))."
                        },
                        masses: { prompt in
                            prompt.contains("number 1.")
                                ? [0, 0, 0, 0, 0, 1] : prompt.contains("number 2.") ? [1, 0, 0, 0, 0, 0] : [0, 0, 1, 0, 0, 0]
                        })
                }, settings: ["precision": "scripted"])
            var plan = PreferenceLoopPlan(
                directory: place.appending(path: "own"), seedFiles: [kitchen.seeds.path], training: Self.training(from: kitchen.base),
                iterations: 1, sampling: Sampling(temperature: 0.7, topP: 0.9, maxNewTokens: 20))
            (plan.takesBaseAsItIs, plan.quiet) = (true, true)
            let run = SelfRewardRun(
                plan: plan, options: SelfRewardOptions(prompts: 20), models: models,
                display: LoopDisplay(note: { _ in }, trainingProgress: { _ in }))
            _ = try await run.run()

            let prompts = try Self.records(plan.directory.appending(path: "prompts1.jsonl"))
            #expect(prompts.count == topics.count)
            #expect(try Self.records(plan.directory.appending(path: "prompts1.jsonl.rejects")).count == 20 - topics.count)
            let preferences = try Self.records(plan.directory.appending(path: "preferences1.jsonl")).map { try Preference($0) }
            #expect(preferences.count == topics.count)
            #expect(preferences.allSatisfy { $0.chosen == "Answer number 1." && $0.rejected == "Answer number 2." })
            #expect(FileManager.default.fileExists(atPath: plan.directory.appending(path: "M1/model.safetensors").path))
        }
    }
}
