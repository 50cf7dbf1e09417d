import Tensors
import Testing

@Suite struct MachinePeaksTests {
    @Test("the peaks are positive on every instruction set", arguments: InstructionSet.available)
    func positive(instructionSet: InstructionSet) {
        let peaks = MachinePeaks.measure(on: Compute(pool: ThreadPool(threads: 2), instructionSet: instructionSet))
        #expect(peaks.int8Operations > 0 && peaks.floatOperations > 0 && peaks.bytesRead > 0)
    }
}
