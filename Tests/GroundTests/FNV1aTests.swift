import Ground
import Testing

@Suite struct FNV1aTests {
    @Test("agrees with the numbers that its authors publish")
    func published() {
        #expect(FNV1a.hash64("".utf8) == 0xCBF2_9CE4_8422_2325)
        #expect(FNV1a.hash64("a".utf8) == 0xAF63_DC4C_8601_EC8C)
        #expect(FNV1a.hash64("foobar".utf8) == 0x8594_4171_F739_67E8)
        #expect(FNV1a.hash32(Array("".utf8)[...]) == 0x811C_9DC5)
        #expect(FNV1a.hash32(Array("foobar".utf8)[...]) == 0xBF9C_F968)
    }

    @Test("takes capitals as small letters where it is told to, and nothing else")
    func lowering() {
        func hash(_ text: String, _ lowering: Bool) -> UInt32 { FNV1a.hash32(Array(text.utf8)[...], lowering: lowering) }
        #expect(hash("DIV", true) == hash("div", false))
        #expect(hash("[@`{", true) == hash("[@`{", false))
        #expect(hash("DIV", false) != hash("div", false))
    }
}
