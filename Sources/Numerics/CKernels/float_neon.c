#include "tables.h"

#if defined(__aarch64__)
#define REAL float
#define REAL_IS_FLOAT
#define FMA __builtin_fmaf
#include "simd_neon.h"
#include "simd.h"
#include "simd_bfloat_fma.h"

const FloatKernels float_neon_kernels = {
#include "table_members.h"
};

const BFloatKernels bfloat_neon_kernels = {pack_pairs, multiply_pairs};
#endif
