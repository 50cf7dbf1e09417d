#include "tables.h"

#define REAL float
#define REAL_IS_FLOAT
#define FMA __builtin_fmaf
#include "reference.h"
#include "reference_bfloat_multiply.h"

const FloatKernels float_scalar_kernels = {
#include "table_members.h"
};

const BFloatKernels bfloat_scalar_kernels = {pack_pairs, multiply_pairs};
