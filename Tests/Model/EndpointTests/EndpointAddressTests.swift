import Foundation
import Testing

@testable import Endpoint

@Suite struct EndpointAddressTests {
    @Test func `an address names a base and a model`() throws {
        let address = try EndpointAddress("https://models.example:8443/v1/#org/name%20of-it")
        #expect(address.base.absoluteString == "https://models.example:8443/v1")
        #expect(address.model == "org/name of-it")
        #expect(address.host == "models.example:8443")
        #expect(!address.isLoopback && !address.isPlain)
    }

    @Test(arguments: [
        "http://host/v1", "http://host/v1#", "http:///v1#m", "http://me:secret@host/v1#m", "http://host/v1?key=1#m",
        "http://host:99999/v1#m", "http://host/v1,http://me:secret@b/v1#m",
    ])
    func `what is no address is refused, and a password in it is not repeated`(_ text: String) {
        let error = #expect(throws: EndpointError.self) { try EndpointAddress(text) }
        #expect(error.map { !$0.description.contains("secret") } ?? false)
    }

    @Test(arguments: [
        ("http://localhost:1/v1#m", true, false), ("http://127.0.0.1/v1#m", true, false), ("http://a.example/v1#m", false, true),
    ])
    func `it knows whether records leave the machine, and in the open`(_ text: String, _ isLoopback: Bool, _ isPlain: Bool) throws {
        let address = try EndpointAddress(text)
        #expect(address.isLoopback == isLoopback && address.isPlain == isPlain)
    }

    @Test func `a key is never sent in the open`() throws {
        let address = try EndpointAddress("http://a.example/v1#m")
        #expect(throws: EndpointError.keyInTheOpen(host: "a.example")) { try EndpointModel(address: address, requests: 1, key: "k") }
    }

    @Test func `several servers of one model stand with commas between them`() throws {
        let address = try EndpointAddress("http://127.0.0.1:1/v1,https://a.example/x,y/v1/,http://127.0.0.1:1/v1#m,n")
        #expect(address.bases.map(\.absoluteString) == ["http://127.0.0.1:1/v1", "https://a.example/x,y/v1"])
        #expect(address.model == "m,n" && address.host == "127.0.0.1:1, a.example")
        #expect(!address.isLoopback && !address.isPlain)
        #expect(try EndpointAddress("http://127.0.0.1/v1,http://b.example/v1#m").isPlain)
    }

    @Test func `a folder is no address`() {
        #expect(!EndpointAddress.isAddress("models/http") && EndpointAddress.isAddress("HTTP://x"))
    }
}
