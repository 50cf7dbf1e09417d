#include "tables.h"

#define REAL float
#define REAL_IS_FLOAT
#define FMA __builtin_fmaf
#include "reference.h"

const FloatKernels float_scalar_kernels = {
#include "table_members.h"
};
