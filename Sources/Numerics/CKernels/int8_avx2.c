// The 8-bit product with AVX2: vpmaddubsw multiplies |q| by the column with q's sign. Two products are at most 2 * 127 * 127 = 32258,
// so its 16-bit sums do not saturate.
#include "tables.h"

#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang diagnostic ignored "-Wpsabi"
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define REAL float
#define REAL_IS_FLOAT
#define FMA __builtin_fmaf
#include "reference_math.h"
#include "simd_lanes.h"
#define TILE_ROWS 4
#define SHIFT 0

static inline __attribute__((always_inline)) void avx2_tile(const size_t rows, size_t steps, const uint8_t *restrict q, size_t q_stride,
                                                            const int8_t *restrict panel, int32_t *restrict products) {
    const __m256i ones = _mm256_set1_epi16(1);
    __m256i sums[TILE_ROWS][2];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) sums[i][0] = sums[i][1] = _mm256_setzero_si256();
    for (size_t l = 0; l < steps; l++, q += 4, panel += 4 * PANEL_WIDTH) {
        const __m256i b0 = _mm256_loadu_si256((const __m256i *)panel), b1 = _mm256_loadu_si256((const __m256i *)(panel + 32));
#pragma clang loop unroll(full)
        for (size_t i = 0; i < rows; i++) {
            int32_t four;
            __builtin_memcpy(&four, q + i * q_stride, sizeof four);
            const __m256i factor = _mm256_set1_epi32(four), magnitude = _mm256_abs_epi8(factor);
            const __m256i p0 = _mm256_maddubs_epi16(magnitude, _mm256_sign_epi8(b0, factor));
            const __m256i p1 = _mm256_maddubs_epi16(magnitude, _mm256_sign_epi8(b1, factor));
            sums[i][0] = _mm256_add_epi32(sums[i][0], _mm256_madd_epi16(p0, ones));
            sums[i][1] = _mm256_add_epi32(sums[i][1], _mm256_madd_epi16(p1, ones));
        }
    }
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) {
        _mm256_storeu_si256((__m256i *)(products + i * PANEL_WIDTH), sums[i][0]);
        _mm256_storeu_si256((__m256i *)(products + i * PANEL_WIDTH + 8), sums[i][1]);
    }
}

static void int8_tile(size_t rows, size_t steps, const uint8_t *restrict q, size_t q_stride, const int8_t *restrict panel,
                      int32_t *restrict products) {
    for (size_t half = 0; half < 2; half++, panel += 64, products += 16) {
        switch (rows) {
        case 1: avx2_tile(1, steps, q, q_stride, panel, products); break;
        case 2: avx2_tile(2, steps, q, q_stride, panel, products); break;
        case 3: avx2_tile(3, steps, q, q_stride, panel, products); break;
        case 4: avx2_tile(4, steps, q, q_stride, panel, products); break;
        default: break;
        }
    }
}

#include "int8.h"
#include "int8_quantise.h"
#pragma clang attribute pop

const Int8Kernels int8_avx2_kernels = {SHIFT, quantise, int8_multiply};
#endif
