// The kernel tables, one a translation unit.
#ifndef TABLES_H
#define TABLES_H

#include "ckernels.h"

extern const FloatKernels float_scalar_kernels;
extern const DoubleKernels double_scalar_kernels;

#if defined(__x86_64__)
extern const FloatKernels float_avx2_kernels;
extern const FloatKernels float_avx512_kernels;
extern const DoubleKernels double_avx2_kernels;
#endif

#endif
