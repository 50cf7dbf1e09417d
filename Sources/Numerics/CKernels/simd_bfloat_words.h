// Vectors of pairs of bfloat16, as wide as the including file's vectors of floats.
#include "reference_bfloat.h"

typedef uint32_t words __attribute__((vector_size(sizeof(vector))));

static inline __attribute__((always_inline)) words load_words(const uint32_t *p) {
    words v;
    __builtin_memcpy(&v, p, sizeof v);
    return v;
}
static inline __attribute__((always_inline)) void store_words(uint32_t *p, words v) { __builtin_memcpy(p, &v, sizeof v); }
