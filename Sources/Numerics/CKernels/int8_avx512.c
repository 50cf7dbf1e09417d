// The 8-bit product with VNNI: vpdpbusd multiplies unsigned by signed bytes, so the left-hand side is shifted by 128, and 128 times the
// sum of a column leaves again at the end. Nothing saturates: 255 * 127 * k stays below 2^31 for k up to 66000.
#include "tables.h"

#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,fma"))), apply_to = function)
#define REAL float
#define REAL_IS_FLOAT
#define FMA __builtin_fmaf
#include "reference_math.h"
#include "simd_lanes.h"
#define TILE_ROWS 14
#define SHIFT 128

static inline __attribute__((always_inline)) void vnni_tile(const size_t rows, size_t steps, const uint8_t *restrict q, size_t q_stride,
                                                            const int8_t *restrict panel, int32_t *restrict products) {
    __m512i sums[TILE_ROWS][2];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) sums[i][0] = sums[i][1] = _mm512_setzero_si512();
    for (size_t l = 0; l < steps; l++, q += 4, panel += 4 * PANEL_WIDTH) {
        const __m512i b0 = _mm512_loadu_si512(panel), b1 = _mm512_loadu_si512(panel + 64);
#pragma clang loop unroll(full)
        for (size_t i = 0; i < rows; i++) {
            int32_t four;
            __builtin_memcpy(&four, q + i * q_stride, sizeof four);
            const __m512i factor = _mm512_set1_epi32(four);
            sums[i][0] = _mm512_dpbusd_epi32(sums[i][0], factor, b0);
            sums[i][1] = _mm512_dpbusd_epi32(sums[i][1], factor, b1);
        }
    }
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) {
        _mm512_storeu_si512(products + i * PANEL_WIDTH, sums[i][0]);
        _mm512_storeu_si512(products + i * PANEL_WIDTH + 16, sums[i][1]);
    }
}

#define TILE_CASE(n) \
    case n: vnni_tile(n, steps, q, q_stride, panel, products); break;

static void int8_tile(size_t rows, size_t steps, const uint8_t *restrict q, size_t q_stride, const int8_t *restrict panel,
                      int32_t *restrict products) {
    switch (rows) {
        TILE_CASE(1) TILE_CASE(2) TILE_CASE(3) TILE_CASE(4) TILE_CASE(5) TILE_CASE(6) TILE_CASE(7) TILE_CASE(8) TILE_CASE(9)
        TILE_CASE(10) TILE_CASE(11) TILE_CASE(12) TILE_CASE(13) TILE_CASE(14)
    default: break;
    }
}

#include "int8.h"
#include "int8_quantise.h"
#pragma clang attribute pop

const Int8Kernels int8_avx512_kernels = {SHIFT, quantise, int8_multiply};
#endif
