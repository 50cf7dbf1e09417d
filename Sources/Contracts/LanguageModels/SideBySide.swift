/// What `work` gives for each number, done side by side and in the order of the numbers; the first error ends the rest.
public func sideBySide<Value: Sendable>(
    _ numbers: some Sequence<Int>, _ work: @escaping @Sendable (Int) async throws -> Value
) async throws -> [Value] {
    try await withThrowingTaskGroup(of: (Int, Value).self) { group in
        for number in numbers { group.addTask { (number, try await work(number)) } }
        var done = [(Int, Value)]()
        for try await one in group { done.append(one) }
        return done.sorted { $0.0 < $1.0 }.map(\.1)
    }
}
