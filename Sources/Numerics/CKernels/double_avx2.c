// The same text as double_scalar.c, where the compiler may use AVX2 and FMA: it changes the speed, not the bits.
#include "tables.h"
#include <math.h>

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define REAL double
#define FMA __builtin_fma
#include "reference.h"
#pragma clang attribute pop

const DoubleKernels double_avx2_kernels = {
#include "table_members.h"
};
#endif
