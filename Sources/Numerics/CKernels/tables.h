// The kernel tables, one a translation unit.
#ifndef TABLES_H
#define TABLES_H

#include "ckernels.h"

extern const FloatKernels float_scalar_kernels;
extern const DoubleKernels double_scalar_kernels;
extern const BFloatKernels bfloat_scalar_kernels;
extern const Int8Kernels int8_scalar_kernels, int7_scalar_kernels;

#if defined(__x86_64__)
extern const FloatKernels float_avx2_kernels;
extern const FloatKernels float_avx512_kernels;
extern const DoubleKernels double_avx2_kernels;
extern const BFloatKernels bfloat_avx2_kernels;
extern const BFloatKernels bfloat_avx512_fma_kernels; // where AVX-512 lacks AVX512_BF16
extern const BFloatKernels bfloat_avx512_kernels;
extern const Int8Kernels int8_avx2_kernels, int7_avx2_kernels;
extern const Int8Kernels int8_avx512_kernels, int7_avx512_kernels;
#elif defined(__aarch64__)
extern const FloatKernels float_neon_kernels;
extern const BFloatKernels bfloat_neon_kernels;
extern const Int8Kernels int8_neon_kernels, int7_neon_kernels;
#endif

// The distance of two rows of scores over n keys: whole panels and one vector more, so that rows do not share cache sets.
static inline size_t attention_stride(size_t n) { return (n + PANEL_WIDTH - 1) / PANEL_WIDTH * PANEL_WIDTH + 16; }

#endif
