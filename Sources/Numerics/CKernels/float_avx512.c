#include "tables.h"

#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx2,fma,f16c"))), apply_to = function)
#define REAL float
#define REAL_IS_FLOAT
#define FMA __builtin_fmaf
#include "simd_avx512.h"
#include "simd.h"
#include "simd_bfloat_fma.h"
#pragma clang attribute pop

const FloatKernels float_avx512_kernels = {
#include "table_members.h"
};

const BFloatKernels bfloat_avx512_fma_kernels = {pack_pairs, multiply_pairs};
#endif
