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
#endif
    return KERNELS_SCALAR;
}

const FloatKernels *float_kernels(int instruction_set) {
#if defined(__x86_64__)
    if (instruction_set >= KERNELS_AVX512) return &float_avx512_kernels;
    if (instruction_set >= KERNELS_AVX2) return &float_avx2_kernels;
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

// One block of packed rows: 14 rows a tile and 256 deep at most, and a spilling vector.
size_t multiply_scratch(size_t m, size_t k) { return (m + 14) * (k < 256 ? k : 256) + 32; }

size_t attention_scratch(const AttentionShape *shape) { return shape->first_position + shape->rows; }

size_t attention_backward_scratch(const AttentionShape *shape) { return shape->first_position + shape->rows; }
