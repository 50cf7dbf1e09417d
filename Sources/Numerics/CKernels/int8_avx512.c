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

// y (+)= (products - SHIFT * sums) * (row scale * column scale), as `dequantise` has it, for 16 of the columns.
static inline __attribute__((always_inline)) void vnni_store(__m512i products, __m512i shifted, __m512 scales, float scale, float *y,
                                                             __mmask16 columns, int accumulate) {
    const __m512 value = _mm512_cvtepi32_ps(_mm512_sub_epi32(products, shifted)), factor = _mm512_mul_ps(_mm512_set1_ps(scale), scales);
    const __m512 result = accumulate ? _mm512_fmadd_ps(value, factor, _mm512_maskz_loadu_ps(columns, y)) : _mm512_mul_ps(value, factor);
    _mm512_mask_storeu_ps(y, columns, result);
}

static inline __attribute__((always_inline)) void vnni_tile(const size_t rows, size_t steps, const uint8_t *restrict q, size_t q_stride,
                                                            const int8_t *restrict panel, const float *restrict row_scales,
                                                            const __m512i *shifted, const __m512 *scales, const __mmask16 *columns,
                                                            float *restrict y, size_t y_stride, int accumulate, const char *ahead,
                                                            size_t ahead_step) {
    __m512i sums[TILE_ROWS][2];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) sums[i][0] = sums[i][1] = _mm512_setzero_si512();
    for (size_t l = 0; l < steps; l++, q += 4, panel += 4 * PANEL_WIDTH, ahead += ahead_step) {
        const __m512i b0 = _mm512_loadu_si512(panel), b1 = _mm512_loadu_si512(panel + 64);
        _mm_prefetch(ahead, _MM_HINT_T0);
        _mm_prefetch(ahead + 64, _MM_HINT_T0);
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
        vnni_store(sums[i][0], shifted[0], scales[0], row_scales[i], y + i * y_stride, columns[0], accumulate);
        vnni_store(sums[i][1], shifted[1], scales[1], row_scales[i], y + i * y_stride + 16, columns[1], accumulate);
    }
}

// One row alone waits for its own sums, so four chains over k run side by side; whole numbers add up the same in any order.
static void vnni_row(size_t steps, const uint8_t *restrict q, const int8_t *restrict panel, float scale, const __m512i *shifted,
                     const __m512 *scales, const __mmask16 *columns, float *restrict y, int accumulate) {
    __m512i sums[4][2];
#pragma clang loop unroll(full)
    for (size_t c = 0; c < 4; c++) sums[c][0] = sums[c][1] = _mm512_setzero_si512();
    size_t l = 0;
    for (; l + 4 <= steps; l += 4) {
        // The next page of a long panel is asked for while this one is used.
        _mm_prefetch((const char *)((uintptr_t)panel + 4096), _MM_HINT_T0);
        _mm_prefetch((const char *)((uintptr_t)panel + 4160), _MM_HINT_T0);
#pragma clang loop unroll(full)
        for (size_t c = 0; c < 4; c++, q += 4, panel += 4 * PANEL_WIDTH) {
            int32_t four;
            __builtin_memcpy(&four, q, sizeof four);
            const __m512i factor = _mm512_set1_epi32(four);
            sums[c][0] = _mm512_dpbusd_epi32(sums[c][0], factor, _mm512_loadu_si512(panel));
            sums[c][1] = _mm512_dpbusd_epi32(sums[c][1], factor, _mm512_loadu_si512(panel + 64));
        }
    }
    for (; l < steps; l++, q += 4, panel += 4 * PANEL_WIDTH) {
        int32_t four;
        __builtin_memcpy(&four, q, sizeof four);
        sums[0][0] = _mm512_dpbusd_epi32(sums[0][0], _mm512_set1_epi32(four), _mm512_loadu_si512(panel));
        sums[0][1] = _mm512_dpbusd_epi32(sums[0][1], _mm512_set1_epi32(four), _mm512_loadu_si512(panel + 64));
    }
#pragma clang loop unroll(full)
    for (size_t h = 0; h < 2; h++) {
        const __m512i sum = _mm512_add_epi32(_mm512_add_epi32(sums[0][h], sums[1][h]), _mm512_add_epi32(sums[2][h], sums[3][h]));
        vnni_store(sum, shifted[h], scales[h], scale, y + 16 * h, columns[h], accumulate);
    }
}

#define TILE_CASE(n) \
    case n:                                                                                                                     \
        vnni_tile(n, steps, left, q_stride, panel, row_scales + row, shifted, scales, columns, to, y_stride, accumulate, ahead, \
                  ahead_step);                                                                                                  \
        break;

static void int8_multiply(size_t m, size_t n, size_t k, const uint8_t *restrict q, size_t q_stride, const float *restrict row_scales,
                          const int8_t *restrict packed, const int32_t *restrict sums, const float *restrict column_scales,
                          float *restrict y, size_t y_stride, int accumulate) {
    const size_t steps = (k + 3) / 4, tiles = (m + TILE_ROWS - 1) / TILE_ROWS;
    const size_t panel_bytes = steps * 4 * PANEL_WIDTH, ahead_step = 4 * PANEL_WIDTH / (tiles > 0 ? tiles : 1);
    for (size_t first = 0; first < n; first += PANEL_WIDTH) {
        const size_t width = n - first < PANEL_WIDTH ? n - first : PANEL_WIDTH;
        const int8_t *restrict panel = packed + first * steps * 4;
        const __mmask32 all = width < 32 ? ((__mmask32)1 << width) - 1 : ~(__mmask32)0;
        const __mmask16 columns[2] = {(__mmask16)all, (__mmask16)(all >> 16)};
        __m512i shifted[2];
        __m512 scales[2];
#pragma clang loop unroll(full)
        for (size_t h = 0; h < 2; h++) {
            shifted[h] = _mm512_slli_epi32(_mm512_maskz_loadu_epi32(columns[h], sums + first + 16 * h), 7);
            scales[h] = _mm512_maskz_loadu_ps(columns[h], column_scales + first + 16 * h);
        }
        for (size_t t = 0; t < tiles; t++) {
            const size_t row = m * t / tiles, height = m * (t + 1) / tiles - row;
            const uint8_t *restrict left = q + row * q_stride;
            float *restrict to = y + row * y_stride + first;
            // Each tile asks for its part of the next panel, so that none waits for memory when it is its turn.
            const char *ahead = (const char *)(uintptr_t)((uintptr_t)panel + panel_bytes + panel_bytes * t / tiles);
            switch (height) {
            case 1: vnni_row(steps, left, panel, row_scales[row], shifted, scales, columns, to, accumulate); break;
                TILE_CASE(2) TILE_CASE(3) TILE_CASE(4) TILE_CASE(5) TILE_CASE(6) TILE_CASE(7) TILE_CASE(8) TILE_CASE(9) TILE_CASE(10)
                TILE_CASE(11) TILE_CASE(12) TILE_CASE(13) TILE_CASE(14)
            default: break;
            }
        }
    }
}

#include "int8_quantise.h"
#pragma clang attribute pop

const Int8Kernels int8_avx512_kernels = {SHIFT, quantise, int8_multiply};
#endif
