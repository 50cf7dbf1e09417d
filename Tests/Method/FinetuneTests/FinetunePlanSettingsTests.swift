import Foundation
import Testing

@testable import Finetune

struct FinetunePlanSettingsTests {
    @Test("every property of a plan stands in its identity, or among those that change nothing of what is made")
    func complete() {
        let plan = FinetunePlan(roles: [.forward], base: URL(filePath: "base"), output: URL(filePath: "out"), threads: 1)
        let properties = Set(Mirror(reflecting: plan).children.compactMap(\.label))
        let named = Set(plan.settings.keys)
        #expect(properties == named.union(FinetunePlan.exempt), "\(properties.symmetricDifference(named.union(FinetunePlan.exempt)))")
        #expect(named.isDisjoint(with: FinetunePlan.exempt))
    }
}
