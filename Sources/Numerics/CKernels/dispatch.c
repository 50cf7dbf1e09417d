// Which kernels this processor runs.
#include "tables.h"

int kernels_best(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    const int has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
    if (has_avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq"))
        return KERNELS_AVX512;
    if (has_avx2) return KERNELS_AVX2;
#elif defined(__aarch64__)
    return KERNELS_NEON;
#endif
    return KERNELS_SCALAR;
}

const FloatKernels *float_kernels(int instruction_set) {
#if defined(__x86_64__)
    if (instruction_set >= KERNELS_AVX512) return &float_avx512_kernels;
    if (instruction_set >= KERNELS_AVX2) return &float_avx2_kernels;
#elif defined(__aarch64__)
    if (instruction_set == KERNELS_NEON) return &float_neon_kernels;
#endif
    (void)instruction_set;
    return &float_scalar_kernels;
}

const DoubleKernels *double_kernels(int instruction_set) {
#if defined(__x86_64__)
    if (instruction_set >= KERNELS_AVX2) return &double_avx2_kernels;
#endif
    (void)instruction_set;
    return &double_scalar_kernels;
}

int bfloat_is_native(void) {
#if defined(__x86_64__)
    return kernels_best() >= KERNELS_AVX512 && __builtin_cpu_supports("avx512bf16");
#else
    return 0;
#endif
}

const BFloatKernels *bfloat_kernels(int instruction_set) {
#if defined(__x86_64__)
    if (instruction_set >= KERNELS_AVX512) return bfloat_is_native() ? &bfloat_avx512_kernels : &bfloat_avx512_fma_kernels;
    if (instruction_set >= KERNELS_AVX2) return &bfloat_avx2_kernels;
#elif defined(__aarch64__)
    if (instruction_set == KERNELS_NEON) return &bfloat_neon_kernels;
#endif
    (void)instruction_set;
    return &bfloat_scalar_kernels;
}

const Int8Kernels *int8_kernels(int instruction_set) {
#if defined(__x86_64__)
    if (instruction_set >= KERNELS_AVX512 && __builtin_cpu_supports("avx512vnni")) return &int8_avx512_kernels;
    if (instruction_set >= KERNELS_AVX2) return &int8_avx2_kernels;
#elif defined(__aarch64__)
    if (instruction_set == KERNELS_NEON) return &int8_neon_kernels;
#endif
    (void)instruction_set;
    return &int8_scalar_kernels;
}

const Int8Kernels *int7_kernels(int instruction_set) {
#if defined(__x86_64__)
    if (instruction_set >= KERNELS_AVX512 && __builtin_cpu_supports("avx512vnni")) return &int7_avx512_kernels;
    if (instruction_set >= KERNELS_AVX2) return &int7_avx2_kernels;
#elif defined(__aarch64__)
    if (instruction_set == KERNELS_NEON) return &int7_neon_kernels;
#endif
    (void)instruction_set;
    return &int7_scalar_kernels;
}

// One block of packed rows: 14 rows a tile and 256 deep at most, and a spilling vector.
size_t multiply_scratch(size_t m, size_t k) { return (m + 14) * (k < 256 ? k : 256) + 32; }

// The same of pairs: 256 of them deep at most, a float for each half.
size_t multiply_pairs_scratch(size_t m, size_t k) { return (m + 14) * (k < 512 ? k + 1 : 512) + 32; }

static size_t padded(size_t n) { return (n + PANEL_WIDTH - 1) / PANEL_WIDTH * PANEL_WIDTH; }

// A panel, the queries plain and packed, and the scores.
size_t attention_scratch(const AttentionShape *shape) {
    const size_t m = shape->rows * shape->group, d = padded(shape->head_dim), n = shape->first_position + shape->rows;
    return PANEL_WIDTH * (256 + d) + m * d + (m + 14) * d + PANEL_WIDTH + m * attention_stride(n) + PANEL_WIDTH;
}

// The keys and values packed, and of one block of 56 rows the probabilities, the gradients and packed operands.
size_t attention_backward_scratch(const AttentionShape *shape) {
    const size_t d = padded(shape->head_dim), n = padded(shape->first_position + shape->rows);
    const size_t packed_rows = n + 56 + 14, packed_depth = d > 56 ? d : 56;
    return 3 * n * d + 2 * 56 * attention_stride(n) + 56 * d + packed_rows * (packed_depth > 256 ? packed_depth : 256) + 64;
}
