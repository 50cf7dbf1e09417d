/// The rule that an answer says no run of so many tokens twice, which keeps a small model from going round in a circle.
///
/// What `no_repeat_ngram_size` does in transformers, but over the answer alone: words of the prompt may be said again.
enum RunRepetition {
    /// The tokens that would end a run of `length` tokens which stands in the answer already, in order, some perhaps twice.
    static func forbidden(after drawn: ArraySlice<Int32>, length: Int) -> [Int32] {
        guard length > 0, drawn.count >= length else { return [] }
        let last = drawn.suffix(length - 1)
        let places = drawn.startIndex...(drawn.endIndex - length)
        return places.compactMap { start in
            drawn[start..<start + length - 1].elementsEqual(last) ? drawn[start + length - 1] : nil
        }
    }
}
