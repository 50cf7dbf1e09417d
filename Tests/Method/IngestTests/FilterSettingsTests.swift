import Testing

@testable import Ingest

/// Resumption tells one run's filters from another's by their settings, so that none may be missing there.
@Suite struct FilterSettingsTests {
    @Test("name every property of every filter, each by a value that changes with it")
    func complete() {
        let filters: [(filter: Any, settings: [String])] = [
            (GopherQualityFilter(), GopherQualityFilter().settings.keys),
            (GopherRepetitionFilter(), GopherRepetitionFilter().settings.keys),
            (C4Filter(), C4Filter().settings.keys), (FineWebFilter(), FineWebFilter().settings.keys), (MinHash(), MinHash().settings.keys),
        ]
        for (filter, settings) in filters {
            let properties = Mirror(reflecting: filter).children.compactMap(\.label)
            #expect(properties.map(Self.snake) == settings)
        }
        var quality = GopherQualityFilter()
        quality.words = 60...100_000
        #expect(quality.settings != GopherQualityFilter().settings)
        var hash = MinHash()
        hash.rows = 9
        #expect(hash.settings != MinHash().settings)
    }

    private static func snake(_ name: String) -> String { name.map { $0.isUppercase ? "_\($0.lowercased())" : "\($0)" }.joined() }
}
