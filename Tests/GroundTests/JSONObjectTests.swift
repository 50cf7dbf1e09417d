import Ground
import Testing

@Suite struct JSONObjectTests {
    let object: JSONObject = ["a": 1, "b": 2, "c": 3]

    @Test("sets in place what is there, at the end what is new, and removes with nil")
    func setting() {
        var copy = object
        copy["b"] = "two"
        copy["d"] = 4
        copy["a"] = nil
        #expect(copy.serialized == #"{"b":"two","c":3,"d":4}"#)
    }

    @Test("renames in place and drops a field that bore the name")
    func renaming() {
        var copy = object
        copy.rename("a", to: "c")
        copy.rename("nothing", to: "b")
        #expect(copy.serialized == #"{"c":1,"b":2}"#)
    }

    @Test("puts a new field first, or before another")
    func placing() {
        var copy = object
        copy.setFirst("id", "x")
        copy.set("n", 0, before: "c")
        copy.set("m", 0, before: "nowhere")
        copy.set("a", 9, before: "c")
        #expect(copy.serialized == #"{"id":"x","a":9,"b":2,"n":0,"c":3,"m":0}"#)
    }

    @Test("tells apart keys that Unicode calls equivalent")
    func equivalentKeys() throws {
        let object = try JSONObject(parsing: "{\"\u{E9}\":1,\"e\u{301}\":2}")
        #expect(object["\u{E9}"]?.integer == 1)
        #expect(object["e\u{301}"]?.integer == 2)
    }
}
