// The same text as float_scalar.c, where the compiler may use AVX2 and FMA: it changes the speed, not the bits.
#include "tables.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define REAL float
#define REAL_IS_FLOAT
#define FMA __builtin_fmaf
#include "reference.h"
#pragma clang attribute pop

const FloatKernels float_avx2_kernels = {
#include "table_members.h"
};
#endif
