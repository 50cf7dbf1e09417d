import Testing

import Tensors

@Suite struct StorageFormatTests {
    private func tensor(_ words: [UInt16], _ format: StorageFormat, _ set: InstructionSet) -> Tensor<Float> {
        words.withUnsafeBytes { Tensor(bytes: $0, format: format, shape: [words.count], instructionSet: set) }
    }

    @Test("all 65536 half numbers read as Swift's Float16 does, and write back as themselves", arguments: InstructionSet.available)
    func halves(set: InstructionSet) {
        let words = (0...UInt16.max).map { $0 }
        let floats = tensor(words, .float16, set)
        for word in words {
            let expected = Float(Float16(bitPattern: word))
            let found = floats[Int(word)]
            #expect(expected.isNaN ? found.isNaN : found.bitPattern == expected.bitPattern)
        }
        let back = floats.bytes(format: .float16, instructionSet: set)
        for word in words where !Float16(bitPattern: word).isNaN {
            #expect(UInt16(back[2 * Int(word)]) | UInt16(back[2 * Int(word) + 1]) << 8 == word)
        }
    }

    @Test("bfloat16 and float16 round to nearest, ties to even, the same bits in every variant")
    func rounding() {
        var numbers = Numbers(seed: 15)
        let special: [Float] = [
            0, -0.0, 1, 1.00390625, 1.01171875, .infinity, -.infinity, .greatestFiniteMagnitude, 65519, 65520, 6e-8, 2.9e-8,
            .leastNonzeroMagnitude,
        ]
        let values =
            special + (0..<5000).map { _ in Float(bitPattern: UInt32.random(in: 0...UInt32.max, using: &numbers)) }.filter { !$0.isNaN }
        let x = Tensor<Float>(values, shape: [values.count])
        for set in InstructionSet.available {
            let half = x.bytes(format: .float16, instructionSet: set)
            let brain = x.bytes(format: .bfloat16, instructionSet: set)
            for (i, value) in values.enumerated() {
                #expect(UInt16(half[2 * i]) | UInt16(half[2 * i + 1]) << 8 == Float16(value).bitPattern, "\(value)")
                let bits = UInt64(value.bitPattern)
                let rounded = UInt16(truncatingIfNeeded: (bits + 0x7FFF + (bits >> 16 & 1)) >> 16)
                #expect(UInt16(brain[2 * i]) | UInt16(brain[2 * i + 1]) << 8 == rounded, "\(value)")
            }
        }
        #expect(tensor([0x3F80, 0xC000, 0x7F80], .bfloat16, .best).array == [1, -2, .infinity])
        let exact = x.bytes(format: .float32)
        #expect(exact.withUnsafeBytes { bits(Tensor(bytes: $0, format: .float32, shape: x.shape)) } == bits(x))
    }

    @Test("a NaN stays a NaN in every format")
    func notANumber() {
        for set in InstructionSet.available {
            for format in StorageFormat.allCases {
                let bytes = Tensor<Float>([.nan, -.nan, .signalingNaN], shape: [3]).bytes(format: format, instructionSet: set)
                let back = bytes.withUnsafeBytes { Tensor<Float>(bytes: $0, format: format, shape: [3], instructionSet: set) }
                #expect(back.array.allSatisfy { $0.isNaN })
            }
        }
    }
}
