#include "tables.h"

#if defined(__x86_64__)
#include <immintrin.h>
// Vectors of 16 are passed to functions that are always inlined, so no calling convention is at stake.
#pragma clang diagnostic ignored "-Wpsabi"
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#define REAL float
#define REAL_IS_FLOAT
#define FMA __builtin_fmaf
#include "simd_avx2.h"
#include "simd.h"
#include "simd_bfloat_fma.h"
#pragma clang attribute pop

const FloatKernels float_avx2_kernels = {
#include "table_members.h"
};

const BFloatKernels bfloat_avx2_kernels = {pack_pairs, multiply_pairs};
#endif
