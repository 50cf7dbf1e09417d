import Records
import Testing

@testable import Augment

struct LengthGuardTests {
    @Test("nothing, a few letters and a flood are dropped, each for its own reason with what was found and what was wanted")
    func lengths() {
        func found(_ text: String) -> Rejection? { LengthGuard.rejection(of: WrittenInstruction(text, about: "Dams hold water.")) }
        #expect(found("") == Rejection("instruction_empty", value: 0, threshold: 10))
        #expect(found("Why?") == Rejection("instruction_short", value: 4, threshold: 10))
        #expect(found(String(repeating: "é", count: 801)) == Rejection("instruction_long", value: 801, threshold: 800))
        #expect(found(String(repeating: "é", count: 800)) == nil && found("What is it") == nil)
    }

    @Test("an instruction of four Chinese characters is long enough")
    func chinese() { #expect(LengthGuard.rejection(of: WrittenInstruction("介绍水坝", about: "水坝是一道墙。")) == nil) }

    @Test("what the token limit ended is dropped, unless nothing was said at all")
    func cutOff() {
        func found(_ text: String) -> String? {
            LengthGuard.rejection(of: WrittenInstruction(text, about: "Dams.", isCutOff: true))?.reason
        }
        #expect(found("What is the") == "instruction_cut_off" && found("") == "instruction_empty")
    }
}
