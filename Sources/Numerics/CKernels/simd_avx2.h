// Vectors of 8 floats, for AVX2 with FMA.
#include <immintrin.h>

#define WIDTH 8
#define TILE_ROWS 6

typedef float vector __attribute__((vector_size(32)));

static inline __attribute__((always_inline)) vector load(const float *p) { return (vector)_mm256_loadu_ps(p); }
static inline __attribute__((always_inline)) void store(float *p, vector v) { _mm256_storeu_ps(p, (__m256)v); }
static inline __attribute__((always_inline)) vector broadcast(float x) { return (vector)_mm256_set1_ps(x); }
static inline __attribute__((always_inline)) vector fma_vector(vector a, vector b, vector c) {
    return (vector)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
}

// Transposes 8 rows of 8.
static inline __attribute__((always_inline)) void transpose(vector r[8]) {
    __m256 t[8], u[8];
#pragma clang loop unroll(full)
    for (int i = 0; i < 8; i += 2) {
        t[i] = _mm256_unpacklo_ps((__m256)r[i], (__m256)r[i + 1]);
        t[i + 1] = _mm256_unpackhi_ps((__m256)r[i], (__m256)r[i + 1]);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < 8; i += 4) {
        for (int j = 0; j < 2; j++) {
            u[i + 2 * j] = (__m256)_mm256_unpacklo_pd((__m256d)t[i + j], (__m256d)t[i + j + 2]);
            u[i + 2 * j + 1] = (__m256)_mm256_unpackhi_pd((__m256d)t[i + j], (__m256d)t[i + j + 2]);
        }
    }
#pragma clang loop unroll(full)
    for (int c = 0; c < 4; c++) {
        r[c] = (vector)_mm256_permute2f128_ps(u[c], u[4 + c], 0x20);
        r[4 + c] = (vector)_mm256_permute2f128_ps(u[c], u[4 + c], 0x31);
    }
}
