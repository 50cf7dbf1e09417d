import Ground
import Records
import Testing

@Suite struct SHA256Tests {
    @Test(
        "agrees with the standard's examples",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (String(repeating: "a", count: 1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
        ])
    func examples(text: String, digest: String) { #expect(SHA256.hex(Array(text.utf8)) == digest) }

    @Test("does not depend on how the bytes were handed over")
    func pieces() {
        let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        for cut in [0, 1, 55, 56, 63, 64, 65, 127, 128, 299] {
            var hash = SHA256()
            hash.update(Array(bytes[..<cut]).span)
            hash.update(Array(bytes[cut...]).span)
            #expect(hash.hexDigest() == SHA256.hex(bytes))
        }
    }
}

@Suite struct RecordIDTests {
    @Test("is 24 digits, the same for the same parts, another for parts that only join to the same text")
    func parts() {
        #expect(RecordID.make("https://a.example/", "text") == RecordID.make(["https://a.example/", "text"]))
        #expect(RecordID.make("ab", "c") != RecordID.make("a", "bc"))
        #expect(RecordID.make("ab", "c").utf8.count == 24)
        #expect(RecordID.make("stable", "for ever") == "4b77b6f470d1c5c9f75d9ce7")
    }
}

@Suite struct StableHashTests {
    @Test("gives these numbers on every machine")
    func fixed() {
        #expect(stableHash64("") == 10_638_483_049_245_803_109)
        #expect(stableHash64("humpback") == 12_394_185_871_824_821_828)
        #expect(stableHash64("humpback", seed: 1) == 10_006_782_572_796_995_878)
        #expect(stableHash64(String(repeating: "whale ", count: 20)) == 10_631_805_644_877_176_861)
    }

    @Test("has no collision among texts that differ in one bit or in length")
    func collisions() {
        var seen = Set<UInt64>()
        var count = 0
        for length in 0..<100 {
            let zeros = [UInt8](repeating: 0, count: length)
            seen.insert(stableHash64(zeros))
            count += 1
            for bit in 0..<8 * length {
                var flipped = zeros
                flipped[bit / 8] ^= 1 << UInt8(bit % 8)
                seen.insert(stableHash64(flipped))
                count += 1
            }
        }
        #expect(seen.count == count)
    }

    @Test("moves about half of its bits when one bit of the input moves")
    func avalanche() {
        var moved = 0
        let text = Array("an ordinary line of some sixty bytes, as records have them....".utf8)
        for bit in 0..<8 * text.count {
            var flipped = text
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            moved += (stableHash64(text) ^ stableHash64(flipped)).nonzeroBitCount
        }
        #expect(abs(Double(moved) / Double(8 * text.count) - 32) < 1)
    }
}

@Suite struct KeyedRandomTests {
    @Test("gives the same numbers for the same seed and key, others for another")
    func keyed() {
        var one = KeyedRandom(seed: 7, key: "id-0")
        var same = KeyedRandom(seed: 7, key: "id-0")
        var otherKey = KeyedRandom(seed: 7, key: "id-1")
        var otherSeed = KeyedRandom(seed: 8, key: "id-0")
        let numbers = (0..<4).map { _ in one.next() }
        #expect(numbers == (0..<4).map { _ in same.next() })
        #expect(numbers != (0..<4).map { _ in otherKey.next() })
        #expect(numbers != (0..<4).map { _ in otherSeed.next() })
    }

    @Test("is uniform: the mean and the shares of 30,000 draws lie within five standard deviations")
    func uniform() {
        var random = KeyedRandom(seed: 1, key: "uniform")
        let draws = 30_000
        let mean = (0..<draws).reduce(0.0) { sum, _ in sum + random.nextUnit() } / Double(draws)
        #expect(abs(mean - 0.5) < 5 * 0.2887 / Double(draws).squareRoot())
        var counts = [0, 0, 0]
        for _ in 0..<draws { counts[random.nextInt(below: 3)] += 1 }
        for count in counts { #expect(abs(count - draws / 3) < 5 * 82) }
    }

    @Test("shuffles all orders of three about equally often")
    func shuffles() {
        var counts: [[Int]: Int] = [:]
        for key in 0..<6_000 {
            var order = [0, 1, 2]
            var random = KeyedRandom(seed: 3, key: "\(key)")
            random.shuffle(&order)
            counts[order, default: 0] += 1
        }
        #expect(counts.count == 6)
        for count in counts.values { #expect(abs(count - 1_000) < 150) }
    }
}
