#include "tables.h"
#include <math.h>

#define REAL double
#define FMA __builtin_fma
#include "reference.h"

const DoubleKernels double_scalar_kernels = {
#include "table_members.h"
};
