import CKernels

/// Query rows of one sequence and the keys and values they look at.
///
/// Shapes: keys, values [n, kvHeads, headDim], of which the query row i sees the positions up to firstPosition + i.
public struct AttentionSegment<Element: Real>: Sendable {
    /// The rows of q.
    public var rows: Range<Int>
    public var keys: Tensor<Element>
    public var values: Tensor<Element>
    /// The position of the first query row among the keys.
    public var firstPosition: Int
    /// How many of the latest positions a row sees, its own among them; nil for all.
    public var window: Int?

    public init(
        rows: Range<Int>, keys: Tensor<Element>, values: Tensor<Element>, firstPosition: Int = 0, window: Int? = nil
    ) {
        self.rows = rows
        self.keys = keys
        self.values = values
        self.firstPosition = firstPosition
        self.window = window
    }
}

extension Compute {
    /// Causal attention of grouped query heads, the one definition for training, prefill and decode.
    ///
    /// Shapes: q, out [t, heads, headDim], logSumExp [t, heads]; head h uses key head h / (heads / kvHeads). With a `softcap` above 0 a
    /// score becomes softcap × tanh(score / softcap).
    public func attention<E: Real>(
        _ q: Tensor<E>, segments: [AttentionSegment<E>], scale: E, softcap: Double = 0, into out: Tensor<E>, logSumExp: Tensor<E>? = nil
    ) {
        precondition(q.shape.count == 3 && out.count == q.count, "attention: q \(q.shape), out \(out.shape)")
        precondition(logSumExp.map { $0.count == q.shape[0] * q.shape[1] } ?? true, "attention: logSumExp is not [t, heads]")
        let kernels = E.kernels(instructionSet)
        let heads = q.shape[1]
        var tasks = segments.flatMap { segment in
            let task = AttentionTask(segment, q: q)
            // As many rows as one packing of the keys can serve while their scores stay in the second-level cache.
            let grain = max(1, (segment.firstPosition + segment.rows.count <= 1024 ? 140 : 64) / task.group)
            return (0..<task.kvHeads).flatMap { head in
                stride(from: 0, to: segment.rows.count, by: grain).map { row in
                    task.part(head: head, rows: row..<min(segment.rows.count, row + grain))
                }
            }
        }
        // The longest first, so that no thread is left with one at the end.
        if pool.threads > 1 { tasks.sort { $0.cost > $1.cost } }
        pool.run(tasks.count) { i in
            let task = tasks[i]
            var shape = task.shape
            shape.lse_stride = heads
            shape.softcap = softcap
            scratch.lend(E.self, count: attention_scratch(&shape)) { space in
                kernels.attention(
                    &shape, q.pointer + task.queryOffset, task.keys.pointer + task.keyOffset, task.values.pointer + task.keyOffset, scale,
                    out.pointer + task.queryOffset, logSumExp.map { $0.pointer + task.rowOffset }, space)
            }
        }
    }

    /// Adds the gradients of `attention` to dq, and to the dKeys and dValues of each segment, shaped like its keys and values.
    ///
    /// The probabilities are computed again from logSumExp. Different segments' gradients must not overlap.
    public func attentionBackward<E: Real>(
        dOut: Tensor<E>, q: Tensor<E>, segments: [AttentionSegment<E>], out: Tensor<E>, logSumExp: Tensor<E>, scale: E,
        softcap: Double = 0, dq: Tensor<E>, gradients: [(dKeys: Tensor<E>, dValues: Tensor<E>)]
    ) {
        precondition(
            q.shape.count == 3 && [dOut, out, dq].allSatisfy { $0.count == q.count } && gradients.count == segments.count,
            "attentionBackward: q \(q.shape), dOut \(dOut.shape), dq \(dq.shape), \(gradients.count) gradients")
        precondition(logSumExp.count == q.shape[0] * q.shape[1], "attentionBackward: logSumExp \(logSumExp.shape)")
        let kernels = E.kernels(instructionSet)
        let heads = q.shape[1]
        let tasks = zip(segments, gradients).flatMap { segment, gradient in
            precondition(
                gradient.dKeys.count == segment.keys.count && gradient.dValues.count == segment.values.count,
                "attentionBackward: dKeys \(gradient.dKeys.shape), keys \(segment.keys.shape)")
            let task = AttentionTask(segment, q: q)
            return (0..<task.kvHeads).map { head in (task.part(head: head, rows: 0..<segment.rows.count), gradient) }
        }
        pool.run(tasks.count) { i in
            let (task, gradient) = tasks[i]
            var shape = task.shape
            shape.lse_stride = heads
            shape.softcap = softcap
            scratch.lend(E.self, count: attention_backward_scratch(&shape)) { space in
                kernels.attentionBackward(
                    &shape, dOut.pointer + task.queryOffset, q.pointer + task.queryOffset, task.keys.pointer + task.keyOffset,
                    task.values.pointer + task.keyOffset, out.pointer + task.queryOffset, logSumExp.pointer + task.rowOffset, scale,
                    dq.pointer + task.queryOffset, gradient.dKeys.pointer + task.keyOffset, gradient.dValues.pointer + task.keyOffset, space
                )
            }
        }
    }
}

/// One key/value head of a segment and some of its rows, as the kernels see them.
private struct AttentionTask<Element: Real> {
    let keys: Tensor<Element>
    let values: Tensor<Element>
    let kvHeads: Int
    let group: Int
    let headDim: Int
    let heads: Int
    let firstRow: Int
    let firstPosition: Int
    let window: Int
    var head = 0
    var rows = 0..<0

    init(_ segment: AttentionSegment<Element>, q: Tensor<Element>) {
        let keyShape = segment.keys.shape
        heads = q.shape[1]
        headDim = q.shape[2]
        precondition(
            keyShape.count == 3 && keyShape[2] == headDim && keyShape[1] > 0 && heads % keyShape[1] == 0
                && segment.values.shape == keyShape,
            "attention: q \(q.shape), keys \(keyShape), values \(segment.values.shape)")
        precondition(
            segment.rows.lowerBound >= 0 && segment.rows.upperBound <= q.shape[0] && segment.firstPosition >= 0
                && segment.firstPosition + segment.rows.count <= keyShape[0] && segment.window.map { $0 > 0 } ?? true,
            "attention: rows \(segment.rows) of \(q.shape) from position \(segment.firstPosition) on, keys \(keyShape)")
        keys = segment.keys
        values = segment.values
        kvHeads = keyShape[1]
        group = heads / keyShape[1]
        firstRow = segment.rows.lowerBound
        firstPosition = segment.firstPosition
        window = segment.window ?? 0
    }

    func part(head: Int, rows: Range<Int>) -> AttentionTask {
        var part = self
        part.head = head
        part.rows = rows
        return part
    }

    var shape: AttentionShape {
        AttentionShape(
            rows: rows.count, group: group, head_dim: headDim, first_position: firstPosition + rows.lowerBound, window: window,
            q_stride: heads * headDim, kv_stride: kvHeads * headDim, lse_stride: heads, softcap: 0)
    }

    /// About how long it takes: rows times the keys they see.
    var cost: Int { rows.count * (firstPosition + rows.upperBound) }

    var rowOffset: Int { (firstRow + rows.lowerBound) * heads + head * group }
    var queryOffset: Int { rowOffset * headDim }
    var keyOffset: Int { head * headDim }
}
