// The fast versions of the float kernels, for the vector type of the including file.
#include "reference_math.h"
#include "simd_multiply.h"
#include "reference_norm.h"
#include "reference_rope.h"
#include "reference_swiglu.h"
#include "reference_attention.h"
#include "reference_loss.h"
#include "reference_elementwise.h"
