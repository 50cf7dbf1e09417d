// Vectors of 16 floats, for AVX-512.
#include <immintrin.h>

#define WIDTH 16
#define TILE_ROWS 14

typedef float vector __attribute__((vector_size(64)));

static inline __attribute__((always_inline)) vector load(const float *p) { return (vector)_mm512_loadu_ps(p); }
static inline __attribute__((always_inline)) void store(float *p, vector v) { _mm512_storeu_ps(p, (__m512)v); }
static inline __attribute__((always_inline)) vector broadcast(float x) { return (vector)_mm512_set1_ps(x); }
static inline __attribute__((always_inline)) vector fma_vector(vector a, vector b, vector c) {
    return (vector)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
}

// Transposes 16 rows of 16.
static inline __attribute__((always_inline)) void transpose(vector r[16]) {
    __m512 t[16], u[16];
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i += 2) {
        t[i] = _mm512_unpacklo_ps((__m512)r[i], (__m512)r[i + 1]);
        t[i + 1] = _mm512_unpackhi_ps((__m512)r[i], (__m512)r[i + 1]);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i += 4) {
        for (int j = 0; j < 2; j++) {
            u[i + 2 * j] = (__m512)_mm512_unpacklo_pd((__m512d)t[i + j], (__m512d)t[i + j + 2]);
            u[i + 2 * j + 1] = (__m512)_mm512_unpackhi_pd((__m512d)t[i + j], (__m512d)t[i + j + 2]);
        }
    }
    // u[4 a + c] holds, in its 128-bit lane l, the columns 4 l + c of the rows 4 a ... 4 a + 3.
#pragma clang loop unroll(full)
    for (int c = 0; c < 4; c++) {
        const __m512 a = _mm512_shuffle_f32x4(u[c], u[4 + c], 0x88), b = _mm512_shuffle_f32x4(u[c], u[4 + c], 0xDD);
        const __m512 d = _mm512_shuffle_f32x4(u[8 + c], u[12 + c], 0x88), e = _mm512_shuffle_f32x4(u[8 + c], u[12 + c], 0xDD);
        r[c] = (vector)_mm512_shuffle_f32x4(a, d, 0x88);
        r[8 + c] = (vector)_mm512_shuffle_f32x4(a, d, 0xDD);
        r[4 + c] = (vector)_mm512_shuffle_f32x4(b, e, 0x88);
        r[12 + c] = (vector)_mm512_shuffle_f32x4(b, e, 0xDD);
    }
}
