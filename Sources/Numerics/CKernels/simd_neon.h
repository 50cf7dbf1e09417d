// Vectors of 8 floats, two registers each, for the 64-bit ARM processors.

#define WIDTH 8
#define TILE_ROWS 6

typedef float vector __attribute__((ext_vector_type(8)));

static inline __attribute__((always_inline)) vector load(const float *p) {
    vector v;
    __builtin_memcpy(&v, p, sizeof v);
    return v;
}
static inline __attribute__((always_inline)) void store(float *p, vector v) { __builtin_memcpy(p, &v, sizeof v); }
static inline __attribute__((always_inline)) vector broadcast(float x) { return (vector)(x); }
static inline __attribute__((always_inline)) vector fma_vector(vector a, vector b, vector c) { return __builtin_elementwise_fma(a, b, c); }

// Transposes 8 rows of 8.
static inline __attribute__((always_inline)) void transpose(vector r[8]) {
    float block[64];
    for (int i = 0; i < 8; i++) store(block + 8 * i, r[i]);
    for (int c = 0; c < 8; c++)
        for (int i = 0; i < 8; i++) r[c][i] = block[8 * i + c];
}
