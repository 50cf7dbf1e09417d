import Foundation
import Ground
import Testing

@Suite struct ContentFingerprintTests {
    private func fingerprint(_ pieces: [[UInt8]]) -> String {
        var fingerprint = ContentFingerprint()
        for piece in pieces { fingerprint.combine(Data(piece)) }
        return fingerprint.hexadecimal
    }

    @Test("every length up to 100 and every single changed byte gives another fingerprint")
    func differs() {
        var seen: Set<String> = []
        for length in 0...100 {
            let bytes = [UInt8](repeating: 0, count: length)
            #expect(seen.insert(fingerprint([bytes])).inserted, "length \(length)")
            for place in 0..<length {
                var changed = bytes
                changed[place] = 1
                #expect(seen.insert(fingerprint([changed])).inserted, "byte \(place) of \(length)")
            }
        }
    }

    @Test("where a piece ends matters")
    func pieces() {
        #expect(fingerprint([[1, 2], [3]]) != fingerprint([[1], [2, 3]]))
        #expect(fingerprint([[1, 2, 3]]) != fingerprint([[1, 2, 3], []]))
    }

    @Test("a fingerprint stays what it is")
    func known() {
        #expect(fingerprint([Array("Humpback".utf8)]) == fingerprint([Array("Humpback".utf8)]))
        #expect(fingerprint([]).count == 32)
    }
}
