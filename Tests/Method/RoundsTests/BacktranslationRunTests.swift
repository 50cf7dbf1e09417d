import Curate
import Finetune
import Foundation
import Ground
import LanguageModels
import Synchronization
import TestSupport
import Testing

@testable import Rounds

struct BacktranslationRunTests {
    @Test(
        "the paper's score selects where a pair has it; where none has, the best quarter is taken, and it is said",
        arguments: [(4.7, Selection.minimumScore(4.5)), (4.4, .topFraction(0.25))])
    func selection(best: Double, expected: Selection) async throws {
        try await withTemporaryDirectory { place in
            let said = Mutex<[String]>([])
            let training = FinetunePlan(roles: [.forward], base: place, output: place, threads: 1)
            let run = BacktranslationRun(
                plan: BacktranslationPlan(directory: place, corpus: [], seedFiles: [], training: training),
                models: LoopModels(open: { _ in ScriptedModel() }, settings: [:]),
                display: LoopDisplay(note: { text in said.withLock { $0.append(text) } }, trainingProgress: { _ in }))
            let lines = [2, best, 3.5].enumerated().map { "{\"id\":\"p\($0.offset)\",\"score\":\($0.element)}\n" }
            try AtomicFile.write(lines.joined(), to: place.appending(path: BacktranslationRun.ratings(1)).path)
            let found = try run.selection(1)
            #expect(found == expected)
            #expect(said.withLock { $0.contains { $0.contains("the best 25 % are taken") } } == (best < 4.5))
        }
    }
}
