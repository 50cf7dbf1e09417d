import Testing

@testable import Training

@Suite("TrainingExample") struct TrainingExampleTests {
    @Test("has a loss on the completion alone, and never on the first token")
    func targets() {
        #expect(TrainingExample(prompt: [1, 2, 3], completion: [4, 5]).targetCount == 2)
        #expect(TrainingExample(text: [1, 2, 3]).targetCount == 2)
        #expect(TrainingExample(prompt: [], completion: [4]).targetCount == 0)
    }

    @Test("reads nothing behind the last target")
    func inputs() {
        let dialogue = TrainingExample(tokens: [1, 2, 3, 4, 5, 6], isTarget: [false, false, true, true, false, false])
        #expect(dialogue.inputCount == 3)
        #expect(TrainingExample(tokens: [1, 2], isTarget: [false, false]).inputCount == 0)
    }

    @Test("cuts at the end so that the context is read and one token more predicted")
    func cut() {
        let text = TrainingExample(text: [1, 2, 3, 4, 5])
        #expect(text.cut(to: 3).tokens == [1, 2, 3, 4])
        #expect(text.cut(to: 4) == text)
    }
}
