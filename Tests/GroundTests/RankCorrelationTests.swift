import Ground
import Testing

@Suite struct RankCorrelationTests {
    @Test("ranks that rise together correlate wholly, whatever the distances; equal values share a rank; one number tells nothing")
    func values() {
        #expect(rankCorrelation([1, 2, 300], [0.1, 5, 6]) == 1 && rankCorrelation([1, 2, 3], [9, 8, -1]) == -1)
        // scipy.stats.spearmanr([1, 2, 2, 3, 5], [2, 1, 4, 4, 3]) of scipy 1.17.1.
        #expect(abs(rankCorrelation([1, 2, 2, 3, 5], [2, 1, 4, 4, 3]) - 0.3947368421052632) < 1e-12)
        #expect(rankCorrelation([1, 1, 1], [1, 2, 3]) == 0 && rankCorrelation([], []) == 0)
    }
}
