import Ground
import TestSupport
import Testing

@testable import LanguageModels

struct ForwardPromptTests {
    @Test("a forward model is asked under the source tags, any other without a word of ours")
    func tags() {
        #expect(ScriptedModel(roles: [.forward]).card.forwardTurns("Cook peas.") == RolePrompts.forward("Cook peas."))
        #expect(ScriptedModel().card.forwardTurns("Cook peas.") == [ChatMessage(.user, "Cook peas.")])
        let own = [ChatMessage(.system, "Be brief."), ChatMessage(.user, "Cook peas.")]
        #expect(ScriptedModel().card.forwardTurns("Cook peas.", system: "Be brief.") == own)
    }
}
