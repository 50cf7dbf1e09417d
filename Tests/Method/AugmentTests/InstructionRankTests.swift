import Ground
import LanguageModels
import Records
import TestSupport
import Testing

@testable import Augment

/// Four samples: one empty, and three that the model finds the likelier the less they owe to the passage.
private let model = ScriptedModel(
    roles: [.backward],
    answer: { _, key in
        ["p1-0": "What do bees do all day?", "p1-1": "Why do bees dance?", "p1-2": "", "p1-3": "How do bees tell where flowers are?"][key]
            ?? ""
    },
    nats: { said, prompt in
        let isTold = prompt.contains("Bees dance")
        if said.hasPrefix("What") { return isTold ? -0.25 : -0.5 }
        if said.hasPrefix("Why") { return isTold ? -0.5 : -3.5 }
        return isTold ? -1 : -2
    })

private func outcomes(_ rank: InstructionRank?) async throws -> [Outcome] {
    let passage = try Passage(["id": "p1", "text": "Bees dance to say where flowers are."])
    return try await Augmenter(model: model, options: AugmentOptions(samples: 4, rank: rank)).pairs(from: passage)
}

struct InstructionRankTests {
    @Test(
        "the best of the samples that passed is kept and says how it was chosen, the others are dropped with its figure as the threshold",
        arguments: [
            // Means of log-probabilities; words times what the passage adds to each: 6 x 0.25, 4 x 3, 7 x 1.
            (InstructionRank.likelihood, 0, [-0.25, -0.5, -1]), (.gain, 1, [1.5, 12, 7]),
        ])
    func best(rank: InstructionRank, chosen: Int, figures: [Double]) async throws {
        let found = try await outcomes(rank)
        #expect(found.count == 4)
        let best = try #require(figures.max())
        for (index, figure) in zip([0, 1, 3], figures) {
            switch found[index] {
            case .kept(let pairs):
                #expect(index == chosen && pairs.count == 1)
                let how: JSONValue = ["by": .string(rank.rawValue), "nats": .double(figure), "passed": 3, "samples": 4]
                #expect(pairs.first?["instruction_rank"] == how && pairs.first?["id"]?.string == "p1-\(index)")
            case .dropped(_, let rejection):
                #expect(index != chosen)
                #expect(rejection == Rejection("instruction_outranked", value: .double(figure), threshold: .double(best)))
            case .broken: Issue.record("broken")
            }
        }
        guard case .dropped(_, let empty) = found[2] else { throw Missing() }
        #expect(empty.reason == "instruction_empty")
    }

    @Test("of samples with one instruction the first is kept and others are dropped by its name, with a rank as without")
    func twins() async throws {
        let model = ScriptedModel(
            roles: [.backward],
            answer: { _, key in
                ["p1-1": "How do bees dance?", "p1-2": "why do  bees dance?"][key] ?? "Why do bees dance?"
            },
            nats: { _, _ in -1 })
        let passage = try Passage(["id": "p1", "text": "Bees dance to say where flowers are."])
        func reasons(_ samples: Int, _ rank: InstructionRank?) async throws -> [Rejection?] {
            try await Augmenter(model: model, options: AugmentOptions(samples: samples, rank: rank)).pairs(from: passage).map {
                if case .dropped(_, let rejection) = $0 { rejection } else { nil }
            }
        }
        let twin = Rejection("instruction_twin", threshold: "p1-0")
        #expect(try await reasons(4, nil) == [nil, nil, twin, twin])
        #expect(try await reasons(1, nil) == [nil])
        #expect(try await reasons(4, .likelihood).filter { $0 == nil }.count == 1)
        let settings = [1, 2].map { AugmentOptions(samples: $0).settings["twins"] }
        #expect(settings == [nil, "dropped"])
    }

    @Test("without a rank all that passed are written, and none says how it was chosen")
    func unranked() async throws {
        let kept = try await outcomes(nil).compactMap { if case .kept(let pairs) = $0 { pairs.first } else { nil } }
        #expect(kept.count == 3 && kept.allSatisfy { $0["instruction_rank"] == nil })
    }

    @Test("a model of a server, which gives no log-probabilities, is refused at once with what to do", arguments: InstructionRank.allCases)
    func remote(rank: InstructionRank) throws {
        var remote = model
        remote.card.precision = "remote"
        let error = #expect(throws: AugmentError.self) { try Augmenter(model: remote, options: AugmentOptions(samples: 4, rank: rank)) }
        #expect(error?.description.contains("`--rank \(rank.rawValue)`") == true && error?.description.contains("leave --rank out") == true)
        #expect(throws: Never.self) { try Augmenter(model: remote, options: AugmentOptions(samples: 4)) }
    }

    @Test("another rank makes other settings, so that a run is not resumed with it")
    func settings() throws {
        let all = try [nil, .likelihood, .gain].map { try Augmenter(model: model, options: AugmentOptions(samples: 4, rank: $0)).settings }
        #expect(Set(all.map { JSONValue.object($0).serialized }).count == 3)
    }
}

private struct Missing: Error {}
