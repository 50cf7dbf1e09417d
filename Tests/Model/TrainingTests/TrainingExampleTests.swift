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

    @Test("examples share what they begin with up to the first row that predicts a target; one alone and one without targets share nothing")
    func opening() {
        let examples = [
            TrainingExample(prompt: [1, 2, 3, 4, 5], completion: [6]), TrainingExample(prompt: [1, 2, 3, 9], completion: [6, 7]),
            TrainingExample(tokens: [8, 8], isTarget: [false, false]),
        ]
        #expect(TrainingExample.opening(of: examples) == [1, 2, 3])
        // The last token of a prompt predicts the first of the completion.
        #expect(TrainingExample.opening(of: [examples[1], examples[1]]) == [1, 2, 3])
        #expect(TrainingExample.opening(of: [TrainingExample(text: [1, 2]), TrainingExample(text: [1, 2])]).isEmpty)
        #expect(TrainingExample.opening(of: [examples[0], examples[2]]).isEmpty)
    }

    @Test("cuts at the end so that the context is read and one token more predicted")
    func cut() {
        let text = TrainingExample(text: [1, 2, 3, 4, 5])
        #expect(text.cut(to: 3).tokens == [1, 2, 3, 4])
        #expect(text.cut(to: 4) == text)
    }
}
