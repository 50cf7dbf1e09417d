/// The rule that an answer says no run of so many tokens twice, which keeps a small model from going round in a circle.
///
/// What `no_repeat_ngram_size` does in transformers, but over the answer alone: words of the prompt may be said again.
enum RunRepetition {
    /// The tokens that would end a run of `length` tokens which stands in the answer already, in order, some perhaps twice.
    static func forbidden(after sampled: ArraySlice<Int32>, length: Int) -> [Int32] {
        guard length > 0, sampled.count >= length else { return [] }
        let last = sampled.suffix(length - 1)
        let places = sampled.startIndex...(sampled.endIndex - length)
        return places.compactMap { start in
            sampled[start..<start + length - 1].elementsEqual(last) ? sampled[start + length - 1] : nil
        }
    }
}
