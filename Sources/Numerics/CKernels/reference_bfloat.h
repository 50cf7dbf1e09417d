// c [m, n] (+)= a [m, k] b [k, n] of operands rounded to bfloat16, summed in float.
//
// A word holds two of k after each other, the first in its upper half, and a panel [k / 2, rounded up][PANEL_WIDTH] of them, an odd k
// padded with a zero. Each element is one chain of fused multiply-adds over ascending k, in which numbers below the smallest normal one
// count as zero, operands, c and results: so does the instruction of AVX512_BF16.

// x as a bfloat16, to nearest, ties to even; a NaN stays a (quiet) NaN.
static inline uint32_t bfloat_bits(float x) {
    uint32_t bits;
    __builtin_memcpy(&bits, &x, sizeof bits);
    const uint32_t magnitude = bits & 0x7FFFFFFFu;
    if (magnitude > 0x7F800000u) return bits >> 16 | 0x40u;
    if (magnitude < 0x00800000u) return bits >> 16 & 0x8000u;
    return (bits + 0x7FFFu + (bits >> 16 & 1u)) >> 16;
}

static inline uint32_t bfloat_pair(float first, float second) { return bfloat_bits(first) << 16 | bfloat_bits(second); }

// The pair at l of one row or column of k numbers.
static inline uint32_t bfloat_pair_at(size_t l, size_t k, const float *restrict x, size_t stride) {
    return bfloat_pair(x[l * stride], l + 1 < k ? x[(l + 1) * stride] : 0);
}
