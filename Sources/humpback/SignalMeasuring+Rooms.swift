import Augment
import Curate
import Finetune
import Foundation
import Ground
import LanguageModels
import Records

extension SignalMeasuring {
    /// Writes instructions as `augment` does by default, and measures signals as `curate` does.
    static func ofRooms(openForward: (@Sendable () async throws -> any LanguageModel)? = nil) -> SignalMeasuring {
        let neutral = NeutralLikelihoods()
        return SignalMeasuring(
            instructions: { backward, seed, count in
                let outcomes = try await Augmenter(model: backward, options: AugmentOptions(samples: count)).pairs(from: passage(seed))
                return outcomes.compactMap { outcome in
                    if case .kept(let pairs) = outcome { pairs.first?["instruction"]?.string } else { nil }
                }
            },
            signals: { try await SignalReading.ofBackwardAlone($0, instruction: $1, output: $2) },
            forwardSignals: { try await SignalReading.ofForwardAlone($0, instruction: $1, output: $2, neutral: neutral) },
            openForward: openForward)
    }

    /// The output of a seed as a passage, with the page's name and the section's where it has them, as the seeds of the training had.
    private static func passage(_ seed: Seed) throws -> Passage {
        var object: JSONObject = ["id": .string(seed.id), "text": .string(seed.output)]
        for field in ["title", "heading"] { object[field] = seed.object[field] }
        return try Passage(object)
    }
}
