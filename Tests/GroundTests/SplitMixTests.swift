import Ground
import Testing

@Suite struct SplitMixTests {
    @Test("gives the numbers of the reference program, one after the other and by their index")
    func reference() {
        var random = SplitMix(seed: 1_234_567)
        let expected: [UInt64] = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        #expect(expected.map { _ in random.next() } == expected)
        #expect((0..<3).map { SplitMix.number($0, ofSeed: 1_234_567) } == expected)
    }

    @Test("its units lie from 0 up to, not including, 1")
    func units() {
        #expect(SplitMix.unit(0) == 0 && SplitMix.unit(.max) < 1 && SplitMix.unit(1 << 63) == 0.5)
    }
}

/// Numbers that outputs depend on: the order of examples, the dropout of a step, the tokens of an answer.
@Suite struct KeyedRandomStreamTests {
    @Test("a key of numbers and an index give these numbers for ever")
    func known() {
        #expect(KeyedRandom(seed: 7).keyed(3).bits == 12_303_464_132_996_059_476)
        let answer = KeyedRandom.indexed(seed: 3, key: "record")
        #expect([0, 5].map(answer.uniform) == [0.23815557761134432, 0.21860676218452957])
    }
}
