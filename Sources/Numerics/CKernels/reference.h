// The obvious version of every kernel, for the type REAL: the oracle of the fast ones, and the Double engine itself.
#include "reference_math.h"
#include "reference_multiply.h"
#include "reference_norm.h"
#include "reference_rope.h"
#include "reference_swiglu.h"
#include "reference_attention.h"
#include "reference_loss.h"
#include "reference_elementwise.h"
