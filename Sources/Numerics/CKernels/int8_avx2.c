// The 8-bit product with AVX2: vpmaddubsw multiplies the magnitudes of q by the column with q's sign. Two products are at most
// 2 * 127 * 127 = 32258, so its 16-bit sums do not saturate.
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
#include "int8.h"
#define TILE_ROWS 4
#define COARSE_ROWS 6

INLINE __m256i four_bytes(const uint8_t *p) {
    int32_t four;
    __builtin_memcpy(&four, p, sizeof four);
    return _mm256_set1_epi32(four);
}

// Adds the sums of a block, scaled, to the totals of 16 columns.
INLINE void add_block(const size_t rows, __m256i sums[][2], const float *restrict scales, size_t blocks, const uint8_t *restrict column_scales,
                      float *restrict totals) {
    const __m256i upper = _mm256_loadu_si256((const __m256i *)column_scales);
    const __m256i low = _mm256_cvtepu16_epi32(_mm256_castsi256_si128(upper)), high = _mm256_cvtepu16_epi32(_mm256_extracti128_si256(upper, 1));
    const __m256 factors[2] = {_mm256_castsi256_ps(_mm256_slli_epi32(low, 16)), _mm256_castsi256_ps(_mm256_slli_epi32(high, 16))};
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) {
        const __m256 scale = _mm256_set1_ps(scales[i * blocks]);
#pragma clang loop unroll(full)
        for (size_t h = 0; h < 2; h++) {
            float *restrict total = totals + i * PANEL_WIDTH + 8 * h;
            const __m256 sum = _mm256_cvtepi32_ps(sums[i][h]);
            _mm256_storeu_ps(total, _mm256_fmadd_ps(sum, _mm256_mul_ps(scale, factors[h]), _mm256_loadu_ps(total)));
        }
    }
}

// totals [rows][PANEL_WIDTH], 16 columns of them: `panel` begins with these columns.
INLINE void avx2_tile(const size_t rows, size_t blocks, const uint8_t *restrict q, size_t q_stride, const float *restrict scales,
                      const uint8_t *restrict panel, const uint8_t *restrict column_scales, float *restrict totals) {
    const __m256i ones = _mm256_set1_epi16(1);
    for (size_t b = 0; b < blocks; b++, q += 2 * INT8_BLOCK, panel += INT8_PANEL_BLOCK, column_scales += INT8_PANEL_BLOCK) {
        __m256i sums[TILE_ROWS][2];
#pragma clang loop unroll(full)
        for (size_t i = 0; i < rows; i++) sums[i][0] = sums[i][1] = _mm256_setzero_si256();
#pragma clang loop unroll_count(2)
        for (size_t l = 0; l < INT8_BLOCK / 4; l++) {
            const __m256i *restrict from = (const __m256i *)(panel + 4 * PANEL_WIDTH * l);
            const __m256i b0 = _mm256_loadu_si256(from), b1 = _mm256_loadu_si256(from + 1);
#pragma clang loop unroll(full)
            for (size_t i = 0; i < rows; i++) {
                const uint8_t *restrict left = q + i * q_stride + 4 * l;
                const __m256i factor = four_bytes(left), magnitude = four_bytes(left + INT8_BLOCK);
                const __m256i p0 = _mm256_maddubs_epi16(magnitude, _mm256_sign_epi8(b0, factor));
                const __m256i p1 = _mm256_maddubs_epi16(magnitude, _mm256_sign_epi8(b1, factor));
                sums[i][0] = _mm256_add_epi32(sums[i][0], _mm256_madd_epi16(p0, ones));
                sums[i][1] = _mm256_add_epi32(sums[i][1], _mm256_madd_epi16(p1, ones));
            }
        }
        add_block(rows, sums, scales + b, blocks, column_scales, totals);
    }
}

// The same for 7 bits, rows shifted by 64: no sign to move, 64 times the sum of a column leaves at the start, and 16 bits have room for four
// products.
INLINE void coarse_tile(const size_t rows, size_t blocks, const uint8_t *restrict q, size_t q_stride, const float *restrict scales,
                        const uint8_t *restrict panel, const uint8_t *restrict column_scales, float *restrict totals) {
    const __m256i ones = _mm256_set1_epi16(1), none = _mm256_setzero_si256();
    for (size_t b = 0; b < blocks; b++, q += INT8_BLOCK, panel += INT8_PANEL_BLOCK, column_scales += INT8_PANEL_BLOCK) {
        const __m256i columns = _mm256_loadu_si256((const __m256i *)(column_scales + INT8_SUMS - INT8_SCALES));
        const __m256i low = _mm256_cvtepi16_epi32(_mm256_castsi256_si128(columns));
        const __m256i high = _mm256_cvtepi16_epi32(_mm256_extracti128_si256(columns, 1));
        const __m256i first[2] = {_mm256_sub_epi32(none, _mm256_slli_epi32(low, 6)), _mm256_sub_epi32(none, _mm256_slli_epi32(high, 6))};
        __m256i sums[COARSE_ROWS][2];
#pragma clang loop unroll(full)
        for (size_t i = 0; i < rows; i++) sums[i][0] = first[0], sums[i][1] = first[1];
#pragma clang loop unroll(disable)
        for (size_t l = 0; l < INT8_BLOCK / 4; l += 2) {
            const __m256i *restrict from = (const __m256i *)(panel + 4 * PANEL_WIDTH * l);
            const __m256i *restrict next = (const __m256i *)(panel + 4 * PANEL_WIDTH * (l + 1));
#pragma clang loop unroll(full)
            for (size_t i = 0; i < rows; i++) {
                const uint8_t *restrict left = q + i * q_stride + 4 * l;
#pragma clang loop unroll(full)
                for (size_t h = 0; h < 2; h++) {
                    const __m256i products = _mm256_add_epi16(_mm256_maddubs_epi16(four_bytes(left), _mm256_loadu_si256(from + h)),
                                                              _mm256_maddubs_epi16(four_bytes(left + 4), _mm256_loadu_si256(next + h)));
                    sums[i][h] = _mm256_add_epi32(sums[i][h], _mm256_madd_epi16(products, ones));
                }
            }
        }
        add_block(rows, sums, scales + b, blocks, column_scales, totals);
    }
}

#define TILE_CASE(n, tile) \
    case n: tile(n, blocks, left, q_stride, left_scales, panel, column_scales, to); break;

INLINE void multiply_tiles(const size_t tile_rows, size_t m, size_t n, size_t k, const uint8_t *restrict q, size_t q_stride,
                           const float *restrict scales, const uint8_t *restrict packed, float *restrict y, size_t y_stride,
                           int accumulate) {
    const size_t blocks = int8_blocks(k), tiles = (m + tile_rows - 1) / tile_rows;
    for (size_t first = 0; first < n; first += PANEL_WIDTH, packed += blocks * INT8_PANEL_BLOCK) {
        const size_t width = n - first < PANEL_WIDTH ? n - first : PANEL_WIDTH;
        for (size_t t = 0; t < tiles; t++) {
            const size_t row = m * t / tiles, height = m * (t + 1) / tiles - row;
            const uint8_t *restrict left = q + row * q_stride;
            const float *restrict left_scales = scales + row * blocks;
            float totals[COARSE_ROWS * PANEL_WIDTH] = {0};
            for (size_t half = 0; half < 2; half++) {
                const uint8_t *restrict panel = packed + 64 * half, *restrict column_scales = packed + INT8_SCALES + 32 * half;
                float *restrict to = totals + 16 * half;
                if (tile_rows == TILE_ROWS) {
                    switch (height) {
                        TILE_CASE(1, avx2_tile) TILE_CASE(2, avx2_tile) TILE_CASE(3, avx2_tile) TILE_CASE(4, avx2_tile)
                    default: break;
                    }
                } else {
                    switch (height) {
                        TILE_CASE(1, coarse_tile) TILE_CASE(2, coarse_tile) TILE_CASE(3, coarse_tile) TILE_CASE(4, coarse_tile)
                        TILE_CASE(5, coarse_tile) TILE_CASE(6, coarse_tile)
                    default: break;
                    }
                }
            }
            int8_store(height, width, totals, y + row * y_stride + first, y_stride, accumulate);
        }
    }
}

static void multiply(size_t m, size_t n, size_t k, const uint8_t *restrict q, size_t q_stride, const float *restrict scales,
                     const uint8_t *restrict packed, float *restrict y, size_t y_stride, int accumulate) {
    multiply_tiles(TILE_ROWS, m, n, k, q, q_stride, scales, packed, y, y_stride, accumulate);
}

static void multiply_coarse(size_t m, size_t n, size_t k, const uint8_t *restrict q, size_t q_stride, const float *restrict scales,
                            const uint8_t *restrict packed, float *restrict y, size_t y_stride, int accumulate) {
    multiply_tiles(COARSE_ROWS, m, n, k, q, q_stride, scales, packed, y, y_stride, accumulate);
}

#include "int8_quantise.h"
#pragma clang attribute pop

const Int8Kernels int8_avx2_kernels = {INT8_WITH_MAGNITUDES, quantise, multiply};
const Int8Kernels int7_avx2_kernels = {INT7_SHIFTED_BY_64, quantise, multiply_coarse};
#endif
