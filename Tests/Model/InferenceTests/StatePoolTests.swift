import Tensors
import Testing

@testable import Inference

@Suite struct StatePoolTests {
    @Test("each state weighs as much as its position, however the sequence is cut")
    func weights() {
        let states = Tensor<Float>([1, 10, 2, 20, 6, 0], shape: [3, 2])
        for cut in 0...3 {
            var pool = StatePool(width: 2)
            pool.add(states.rows(0..<cut))
            pool.add(states.rows(cut..<3))
            #expect(pool.count == 3 && pool.mean == [(1 + 4 + 18) / 6.0, (10 + 40) / 6.0])
        }
    }

    @Test("rows of logits go in ranges without gaps, none longer than the limit")
    func spans() {
        #expect(EngineLoop.spans([0, 1, 2, 5, 6, 7, 8, 9], most: 3) == [0..<3, 5..<8, 8..<10])
        #expect(EngineLoop.spans([], most: 3).isEmpty)
    }
}
