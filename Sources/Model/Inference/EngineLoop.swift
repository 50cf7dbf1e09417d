import Foundation
import Tensors
import Transformer

/// The engine's thread: admits requests, runs steps, samples tokens, answers.
final class EngineLoop {
    private let network: InferenceNetwork
    private let options: BatchEngine.Options
    private let queue: RequestQueue
    private let step: InferenceStep
    private let scratch: Tensor<Float>
    private var waiting: AdmissionWindow
    private var active: [EngineSequence] = []
    private var prefixes: PrefixStore

    init(network: InferenceNetwork, options: BatchEngine.Options, queue: RequestQueue) {
        self.network = network
        self.options = options
        self.queue = queue
        step = InferenceStep(network: network, tokenLimit: options.tokensPerStep)
        scratch = Tensor(zeros: [InferenceStep.logitRowLimit, network.configuration.vocabularySize])
        waiting = AdmissionWindow(size: 4 * options.sequences)
        prefixes = PrefixStore(limit: options.sharesPrefixes ? options.keptPrompts : 0)
    }

    /// Runs until the queue is closed.
    func run() {
        while let new = queue.take(waits: active.isEmpty && waiting.isEmpty) {
            waiting.add(new)
            waiting.removeCancelled()
            active.removeAll(where: \.ticket.isCancelled)
            admit()
            runStep()
        }
    }

    /// Takes waiting requests into flight while there is room; one that could begin with keys and values that are just being computed
    /// waits for them.
    private func admit() {
        waiting.offer { ticket in
            guard active.count < options.sequences else { return .full }
            var match = PrefixStore.Match()
            if options.sharesPrefixes {
                match = prefixes.match(ticket.input, most: ticket.request.wantedRows.lowerBound, in: active)
                if match.afterWaiting >= match.count + PrefixStore.shortest { return .later }
            }
            guard makeRoom(for: ticket.request.cacheTokens) else { return .later }
            active.append(sequence(ticket, sharing: match.count, of: match.cache))
            return .admitted
        }
    }

    /// Whether a sequence of this many tokens may be added; a sequence alone always may. What is kept gives way where that helps.
    private func makeRoom(for tokens: Int) -> Bool {
        let limit = options.cacheBytes / max(1, network.cacheBytesPerToken)
        let inFlight = active.reduce(0) { $0 + $1.cacheLimit }
        guard inFlight + tokens <= limit || active.isEmpty else { return false }
        while inFlight + prefixes.cacheTokens + tokens > limit, prefixes.drop() {}
        return true
    }

    private func runStep() {
        guard !active.isEmpty else { return }
        // Sequences being continued come first, one token each; prompts fill what is left.
        var room = options.tokensPerStep
        var chosen: [EngineSequence] = []
        var runs: [SequenceRun] = []
        for sequence in active.filter({ !$0.isReadingInput }) + active.filter(\.isReadingInput) where room > 0 {
            let run = sequence.nextRun(limit: room)
            room -= run.tokens.count
            chosen.append(sequence)
            runs.append(run)
        }
        let hidden = step.advance(runs)
        let owners = zip(chosen, runs).flatMap { sequence, run in run.wanted.map { _ in sequence } }
        var done = poolStates(hidden, of: chosen, runs)
        for rows in Self.spans(owners.indices.filter { !owners[$0].ticket.request.wantsStates }, most: InferenceStep.logitRowLimit) {
            let logits = step.logits(hidden.rows(rows))
            let normalizers = network.compute.logSumExp(logits)
            let sampled = sample(logits, for: owners[rows])
            for row in rows {
                let sequence = owners[row]
                let place = row - rows.lowerBound
                let line = logits.rows(place..<place + 1)
                guard let answer = take(line, Double(normalizers[place]), sampled[place], for: sequence) else { continue }
                sequence.ticket.answer(.success(answer))
                prefixes.keep(sequence)
                done.insert(ObjectIdentifier(sequence))
            }
        }
        active.removeAll { done.contains(ObjectIdentifier($0)) }
    }

    /// Gives the sequences that want hidden states theirs; those that are done.
    private func poolStates(_ hidden: Tensor<Float>, of chosen: [EngineSequence], _ runs: [SequenceRun]) -> Set<ObjectIdentifier> {
        var done: Set<ObjectIdentifier> = []
        var first = 0
        for (sequence, run) in zip(chosen, runs) {
            let rows = first..<first + run.wanted.count
            first = rows.upperBound
            guard sequence.ticket.request.wantsStates, let answer = sequence.take(states: hidden.rows(rows)) else { continue }
            sequence.ticket.answer(.success(answer))
            done.insert(ObjectIdentifier(sequence))
        }
        return done
    }

    /// Rising numbers as ranges without gaps, of at most so many each.
    static func spans(_ numbers: [Int], most: Int) -> [Range<Int>] {
        var spans: [Range<Int>] = []
        for number in numbers {
            if let last = spans.last, last.upperBound == number, last.count < most {
                spans[spans.count - 1] = last.lowerBound..<number + 1
            } else {
                spans.append(number..<number + 1)
            }
        }
        return spans
    }

    /// The logit of a token that is not sampled.
    private static let never: Float = -1e30

    /// Samples a token for each row whose sequence generates, the rows side by side on the pool; 0 for the others.
    private func sample(_ logits: Tensor<Float>, for owners: ArraySlice<EngineSequence>) -> [Int32] {
        let width = logits.rowLength
        let samplings = owners.enumerated().compactMap {
            place, sequence -> (place: Int, generation: EngineRequest.Generation, uniform: Double, forbidden: [Int32])? in
            guard case .generate(let generation) = sequence.ticket.request else { return nil }
            let forbidden = RunRepetition.forbidden(after: sequence.sampled, length: generation.longestRepeat)
            return (place, generation, generation.random.uniform(sequence.sampledCount), forbidden)
        }
        var tokens = [Int32](repeating: 0, count: owners.count)
        tokens.withUnsafeMutableBufferPointer { tokens in
            // Each task reads and writes rows of its own.
            nonisolated(unsafe) let tokens = tokens
            network.compute.pool.run(samplings.count) { index in
                let sampling = samplings[index]
                let row = UnsafeMutableBufferPointer(start: logits.pointer + sampling.place * width, count: width)
                for id in sampling.forbidden { row[Int(id)] = Self.never }
                tokens[sampling.place] = sampling.generation.sampler.sample(
                    UnsafeBufferPointer(row), uniform: sampling.uniform,
                    scratch: UnsafeMutableBufferPointer(start: scratch.pointer + sampling.place * width, count: width))
            }
        }
        return tokens
    }

    /// The sequence of a request, with the beginning that `source` shares with it.
    private func sequence(_ ticket: Ticket, sharing count: Int, of source: KVCache?) -> EngineSequence {
        let sequence = EngineSequence(ticket, cache: KVCache(network.configuration))
        if let source { sequence.cache.copyPrefix(of: source, count: count, limit: sequence.cacheLimit) }
        return sequence
    }

    /// Gives a sequence one row of logits and the token sampled from it; the answer when that was the last it needed.
    private func take(_ logits: Tensor<Float>, _ normalizer: Double, _ token: Int32, for sequence: EngineSequence) -> EngineAnswer? {
        func logProbability(_ id: Int32) -> Double { Double(logits[Int(id)]) - normalizer }
        switch sequence.ticket.request {
        case .generate(let generation): return sequence.take(token, logProbability: logProbability(token), of: generation)
        case .nextToken(_, let ids): return sequence.take(ids.map(logProbability))
        case .score: return sequence.nextTarget.flatMap { sequence.take([logProbability($0)]) }
        case .state: return nil
        }
    }
}
