import Foundation
import TestSupport
import Testing

@testable import Transformer

@Suite struct ModelCacheTests {
    @Test("the folder is the one that its variable names, else one in the user's cache, else in the home")
    func folder() {
        let all = ["HUMPBACK_CACHE": "/a", "XDG_CACHE_HOME": "/b", "HOME": "/c"]
        #expect(ModelCache(environment: all).directory.path == "/a")
        #expect(ModelCache(environment: all.filter { $0.key != "HUMPBACK_CACHE" }).directory.path == "/b/humpback")
        #expect(ModelCache(environment: ["HOME": "/c", "HUMPBACK_CACHE": ""]).directory.path == "/c/.cache/humpback")
    }

    @Test("a model is found by its name, by the last part of a longer one, and by the beginning of a quantised file's")
    func names() async throws {
        try await withTemporaryDirectory { place in
            let cache = ModelCache(directory: place)
            #expect(cache.model(named: "Whale-1B") == nil && cache.defaultModel == nil)
            for name in ["Whale-1B.Q4_1.gguf", "Whale-1B.Q8_0.gguf", "Whale-1B-Chat.gguf"] {
                try Data("GGUF".utf8).write(to: place.appending(path: name))
            }
            for name in ["Whale-1B", "sea/Whale-1B", "/other/machine/Whale-1B.Q4_1.gguf"] {
                #expect(cache.model(named: name)?.lastPathComponent == "Whale-1B.Q4_1.gguf", "\(name)")
            }
            #expect(cache.model(named: "Whale-1B.Q8_0.gguf")?.lastPathComponent == "Whale-1B.Q8_0.gguf")
            #expect(cache.model(named: "Whale") == nil)
        }
    }

    @Test("a model of the cache is called by its name, any other by its path")
    func reference() {
        let cache = ModelCache(directory: URL(filePath: "/var/cache/models"))
        #expect(cache.reference(to: URL(filePath: "/var/cache/../cache/models/m.gguf")) == "m.gguf")
        #expect(cache.reference(to: URL(filePath: "/var/cache/models/deep/m.gguf")) == "/var/cache/models/deep/m.gguf")
        #expect(cache.reference(to: URL(filePath: "models/m")) == "models/m")
    }
}
