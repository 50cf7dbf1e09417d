import Testing

import Tensors

@Suite struct TensorTests {
    @Test("views share storage, copies do not")
    func sharing() {
        let x = Tensor<Float>([1, 2, 3, 4, 5, 6], shape: [3, 2])
        let copy = x.copy()
        let view = x.rows(1..<3).reshaped([4])
        view[0] = 9
        #expect(x.array == [1, 2, 9, 4, 5, 6] && copy.array == [1, 2, 3, 4, 5, 6])
        #expect(view.shape == [4] && x.rows(1..<1).count == 0 && x.rowLength == 2)
        x.fill(0)
        #expect(view.array == [0, 0, 0, 0])
    }

    @Test("fresh storage is 64-byte aligned and zero")
    func alignment() {
        for n in [0, 1, 17, 1000] {
            let x = Tensor<Float>(zeros: [n])
            #expect(Int(bitPattern: x.pointer) % 64 == 0 && x.array == [Float](repeating: 0, count: n))
        }
    }
}
