import CKernels

/// The C kernels of one scalar type and instruction set, typed for generic code; the meaning of each stands in ckernels.h.
///
/// Unchecked because closures over C functions do not say that they are sendable; all members are constant.
public final class Kernels<Element: Real>: @unchecked Sendable {
    typealias In = UnsafePointer<Element>
    typealias Out = UnsafeMutablePointer<Element>

    let packPanels: (Int, Int, In, Int, Int, Out) -> Void
    let multiplyPacked: (Int, Int, Int, In, Int, Int, In, Out, Int, Int32, Out) -> Void
    let multiplyThin: (Int, Int, Int, In, Int, In, Int, Out, Int, Int32) -> Void
    /// Products of bfloat16; Double has none.
    let pairs: PairKernels<Element>?
    let rmsNorm: (Int, Int, In, In, Element, Out, Out) -> Void
    let rmsNormBackward: (Int, Int, In, In, In, In, Out) -> Void
    let rmsNormWeight: (Int, Int, Int, In, In, In, Out) -> Void
    let rope: (Int, Int, Int, Out, UnsafePointer<Int32>, In, In, Int32) -> Void
    let swiGLU: (Int, In, In, Out) -> Void
    let swiGLUBackward: (Int, In, In, In, Out, Out) -> Void
    let attention: (UnsafePointer<AttentionShape>, In, In, In, Element, Out, Out?, Out) -> Void
    let attentionBackward: (UnsafePointer<AttentionShape>, In, In, In, In, In, In, Element, Out, Out, Out, Out) -> Void
    let crossEntropy: (Int, Int, Out, UnsafePointer<Int32>, In, Out) -> Void
    let logProbability: (Int, Int, In, UnsafePointer<Int32>, Out) -> Void
    let logSumExp: (Int, In) -> Element
    let add: (Int, In, Out) -> Void
    let scale: (Int, Element, Out) -> Void
    let axpy: (Int, Element, In, Out) -> Void
    let sumOfSquares: (Int, In) -> Double
    let dropout: (Int, Int, UInt32, Element, UInt64, Out) -> Void
    let adamW: (Int, Out, In, Out, Out, In) -> Void
    let geGLU: (Int, In, In, Out) -> Void
    let geGLUBackward: (Int, In, In, In, Out, Out) -> Void
    let softcap: (Int, Element, Out) -> Void
    let softcapBackward: (Int, Element, In, Out) -> Void

    init(_ table: FloatKernels, _ pairs: BFloatKernels) where Element == Float {
        packPanels = table.pack_panels
        multiplyPacked = table.multiply_packed
        multiplyThin = table.multiply_thin
        self.pairs = PairKernels(pack: pairs.pack_pairs, multiply: pairs.multiply_pairs)
        rmsNorm = table.rms_norm
        rmsNormBackward = table.rms_norm_backward
        rmsNormWeight = table.rms_norm_weight
        rope = table.rope
        swiGLU = table.swiglu
        swiGLUBackward = table.swiglu_backward
        attention = table.attention
        attentionBackward = table.attention_backward
        crossEntropy = table.cross_entropy
        logProbability = table.log_probability
        logSumExp = table.log_sum_exp
        add = table.add
        scale = table.scale
        axpy = table.axpy
        sumOfSquares = table.sum_of_squares
        dropout = table.dropout
        adamW = table.adamw
        geGLU = table.geglu
        geGLUBackward = table.geglu_backward
        softcap = table.softcap
        softcapBackward = table.softcap_backward
    }

    init(_ table: DoubleKernels) where Element == Double {
        packPanels = table.pack_panels
        multiplyPacked = table.multiply_packed
        multiplyThin = table.multiply_thin
        pairs = nil
        rmsNorm = table.rms_norm
        rmsNormBackward = table.rms_norm_backward
        rmsNormWeight = table.rms_norm_weight
        rope = table.rope
        swiGLU = table.swiglu
        swiGLUBackward = table.swiglu_backward
        attention = table.attention
        attentionBackward = table.attention_backward
        crossEntropy = table.cross_entropy
        logProbability = table.log_probability
        logSumExp = table.log_sum_exp
        add = table.add
        scale = table.scale
        axpy = table.axpy
        sumOfSquares = table.sum_of_squares
        dropout = table.dropout
        adamW = table.adamw
        geGLU = table.geglu
        geGLUBackward = table.geglu_backward
        softcap = table.softcap
        softcapBackward = table.softcap_backward
    }
}
