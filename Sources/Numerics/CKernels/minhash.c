// MinHash signatures: the scalar version is the oracle, the others say the same to the compiler with wider registers.
#include "ckernels.h"

enum { LANES = 16 };

static void signature_scalar(
    const uint32_t *restrict runs, size_t run_count, const uint32_t *restrict factors, const uint32_t *restrict offsets, size_t orders,
    uint32_t *restrict signature) {
    for (size_t order = 0; order < orders; order++) {
        uint32_t least = UINT32_MAX;
        for (size_t run = 0; run < run_count; run++) {
            uint32_t place = factors[order] * runs[run] + offsets[order];
            // The low half of a product knows little of the high bits; folding mixes them.
            place ^= place >> 15;
            if (place < least) least = place;
        }
        signature[order] = least;
    }
}

#if defined(__x86_64__) || defined(__aarch64__)
typedef uint32_t Places __attribute__((vector_size(4 * LANES), aligned(4)));

// Two runs a step, so that the minima do not wait for each other.
__attribute__((always_inline)) static inline void signature_in_lanes(
    const uint32_t *restrict runs, size_t run_count, const uint32_t *restrict factors, const uint32_t *restrict offsets, size_t orders,
    uint32_t *restrict signature) {
    size_t order = 0;
    for (; order + LANES <= orders; order += LANES) {
        const Places factor = *(const Places *)(factors + order), offset = *(const Places *)(offsets + order);
        Places least = ~(Places){0}, other = least;
        size_t run = 0;
        for (; run + 2 <= run_count; run += 2) {
            Places one = factor * runs[run] + offset, two = factor * runs[run + 1] + offset;
            one ^= one >> 15;
            two ^= two >> 15;
            least = __builtin_elementwise_min(least, one);
            other = __builtin_elementwise_min(other, two);
        }
        if (run < run_count) {
            Places one = factor * runs[run] + offset;
            one ^= one >> 15;
            least = __builtin_elementwise_min(least, one);
        }
        *(Places *)(signature + order) = __builtin_elementwise_min(least, other);
    }
    signature_scalar(runs, run_count, factors + order, offsets + order, orders - order, signature + order);
}
#endif

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void signature_avx2(
    const uint32_t *restrict runs, size_t run_count, const uint32_t *restrict factors, const uint32_t *restrict offsets, size_t orders,
    uint32_t *restrict signature) {
    signature_in_lanes(runs, run_count, factors, offsets, orders, signature);
}

__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq"))) static void signature_avx512(
    const uint32_t *restrict runs, size_t run_count, const uint32_t *restrict factors, const uint32_t *restrict offsets, size_t orders,
    uint32_t *restrict signature) {
    signature_in_lanes(runs, run_count, factors, offsets, orders, signature);
}
#endif

void minhash_signature(
    int instruction_set, const uint32_t *restrict runs, size_t run_count, const uint32_t *restrict factors,
    const uint32_t *restrict offsets, size_t orders, uint32_t *restrict signature) {
#if defined(__x86_64__)
    if (instruction_set >= KERNELS_AVX512) return signature_avx512(runs, run_count, factors, offsets, orders, signature);
    if (instruction_set >= KERNELS_AVX2) return signature_avx2(runs, run_count, factors, offsets, orders, signature);
#elif defined(__aarch64__)
    if (instruction_set == KERNELS_NEON) return signature_in_lanes(runs, run_count, factors, offsets, orders, signature);
#endif
    (void)instruction_set;
    signature_scalar(runs, run_count, factors, offsets, orders, signature);
}
