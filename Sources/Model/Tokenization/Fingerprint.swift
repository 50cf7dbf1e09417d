/// A hash of bytes that is the same on every machine and in every run; not against an attacker.
struct Fingerprint {
    private var one: UInt64 = 0x6A09_E667_F3BC_C908
    private var other: UInt64 = 0xBB67_AE85_84CA_A73B

    mutating func add(_ bytes: [UInt8]) {
        mix(UInt64(bytes.count))
        var word: UInt64 = 0
        var filled = 0
        for byte in bytes {
            word = word << 8 | UInt64(byte)
            filled += 1
            if filled == 8 {
                mix(word)
                filled = 0
                word = 0
            }
        }
        mix(word)
    }

    private mutating func mix(_ word: UInt64) {
        let first = (one ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        one = first.high ^ first.low
        let second = (other &+ word ^ one).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        other = second.high &+ second.low
    }

    var text: String {
        [one, other].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
