import Testing

@testable import Finetune

struct TrainingDefaultsTests {
    @Test("takes no dropout, for any loss")
    func dropout() throws {
        #expect(TrainingDefaults.dropout == 0)
        for loss in FinetuneLoss.allCases {
            #expect(try FinetunePlanTests.options(FinetunePlanTests.plan(loss), rows: 400).dropout == 0)
            #expect(try FinetunePlanTests.options(FinetunePlanTests.plan(loss, adapters: true), rows: 400).dropout == 0)
        }
    }

    @Test("gives each row of the table its own rate, and sizes between two rows one between theirs")
    func table() {
        for row in TrainingDefaults.rates {
            #expect(abs(TrainingDefaults.learningRate(parameters: Int(row.parameters), adapters: false) / row.full - 1) < 1e-9)
            #expect(abs(TrainingDefaults.learningRate(parameters: Int(row.parameters), adapters: true) / row.adapters - 1) < 1e-9)
        }
        for (lower, upper) in zip(TrainingDefaults.rates, TrainingDefaults.rates.dropFirst()) {
            #expect(lower.parameters < upper.parameters && lower.full >= upper.full && lower.adapters >= upper.adapters)
            let between = Int((lower.parameters * upper.parameters).squareRoot())
            let rate = TrainingDefaults.learningRate(parameters: between, adapters: true)
            #expect(abs(rate / (lower.adapters * upper.adapters).squareRoot() - 1) < 1e-6)
        }
    }

    @Test("goes on outside the table by the square root of the size, within bounds")
    func outside() {
        #expect(abs(TrainingDefaults.learningRate(parameters: 28_000_000_000, adapters: false) - 5e-6) < 1e-12)
        #expect(TrainingDefaults.learningRate(parameters: 1000, adapters: false) == 1e-3)
        #expect(TrainingDefaults.learningRate(parameters: 135_000_000, adapters: false) > 5e-5)
        #expect(TrainingDefaults.learningRate(parameters: 0, adapters: true) == 1e-2)
    }

    @Test("takes a tenth of the rate for preferences and a twentieth for SPIN")
    func preferences() {
        let rate = TrainingDefaults.learningRate(parameters: 7_000_000_000, adapters: false)
        #expect(abs(rate - 1e-5) < 1e-12)
        for (loss, share) in [(FinetuneLoss.dpo, 0.1), (.ipo, 0.1), (.hinge, 0.1), (.spin, 0.05)] {
            #expect(abs(TrainingDefaults.learningRate(parameters: 7_000_000_000, adapters: false, loss: loss) - share * rate) < 1e-15)
        }
    }

    @Test("reads pairs once, and lets the rate of adapters fall to a tenth, that of all weights to nine tenths")
    func passes() throws {
        let adapters = try FinetunePlanTests.options(FinetunePlanTests.plan(adapters: true), rows: 400)
        #expect(adapters.steps == 50 && adapters.schedule.shape == .linear(floor: 0.1))
        let full = try FinetunePlanTests.options(FinetunePlanTests.plan(), rows: 400)
        #expect(full.steps == 50 && full.schedule.shape == .linear(floor: 0.9))
    }

    @Test("keeps the best weights where there is a held-out set; for preferences the last, unless patience asks")
    func keeps() {
        #expect(FinetunePlanTests.plan().keeps == .best)
        var dpo = FinetunePlanTests.plan(.dpo)
        #expect(dpo.keeps == .last)
        dpo.patience = 3
        #expect(dpo.keeps == .best)
        dpo.keptWeights = .both
        #expect(dpo.keeps == .both)
    }

    @Test("says which settings nobody gave")
    func said() throws {
        var plan = FinetunePlanTests.plan(adapters: true)
        plan.learningRate = 0.002
        let words = plan.settings(try FinetunePlanTests.options(plan, rows: 400))
        #expect(words == "adapters of rank 4, learning rate 0.002, dropout 0 (default), weight decay 0.1 (default)")
    }
}
