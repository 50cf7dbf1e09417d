// The 8-bit product with NEON: SDOT where the compiler may use it; elsewhere 16-bit products, of which two are at most 2 * 127 * 127 =
// 32258, and pairwise sums.
#include "tables.h"

#if defined(__aarch64__)
#include <arm_neon.h>
#define REAL float
#define REAL_IS_FLOAT
#define FMA __builtin_fmaf
#include "reference_math.h"
#include "simd_lanes.h"
#include "int8.h"
#define TILE_ROWS 4

// Four columns' sums of four products each.
INLINE int32x4_t add_products(int32x4_t sums, int8x16_t columns, int8x16_t factor) {
#if defined(__ARM_FEATURE_DOTPROD)
    return vdotq_s32(sums, columns, factor);
#else
    const int32x4_t low = vpaddlq_s16(vmull_s8(vget_low_s8(columns), vget_low_s8(factor)));
    const int32x4_t high = vpaddlq_s16(vmull_high_s8(columns, factor));
    return vaddq_s32(sums, vpaddq_s32(low, high));
#endif
}

// totals [rows][PANEL_WIDTH], 16 columns of them: `panel` begins with these columns.
INLINE void neon_tile(const size_t rows, size_t blocks, const uint8_t *restrict q, size_t q_stride, const float *restrict scales,
                      const uint8_t *restrict panel, const uint8_t *restrict column_scales, float *restrict totals) {
    for (size_t b = 0; b < blocks; b++, q += INT8_BLOCK, panel += INT8_PANEL_BLOCK, column_scales += INT8_PANEL_BLOCK) {
        int32x4_t sums[TILE_ROWS][4];
#pragma clang loop unroll(full)
        for (size_t i = 0; i < rows; i++)
            for (size_t c = 0; c < 4; c++) sums[i][c] = vdupq_n_s32(0);
        for (size_t l = 0; l < INT8_BLOCK / 4; l++) {
            int8x16_t columns[4];
            for (size_t c = 0; c < 4; c++) columns[c] = vreinterpretq_s8_u8(vld1q_u8(panel + 4 * PANEL_WIDTH * l + 16 * c));
#pragma clang loop unroll(full)
            for (size_t i = 0; i < rows; i++) {
                int32_t four;
                __builtin_memcpy(&four, q + i * q_stride + 4 * l, sizeof four);
                const int8x16_t factor = vreinterpretq_s8_s32(vdupq_n_s32(four));
                for (size_t c = 0; c < 4; c++) sums[i][c] = add_products(sums[i][c], columns[c], factor);
            }
        }
        for (size_t c = 0; c < 4; c++) {
            uint16_t upper[4];
            __builtin_memcpy(upper, column_scales + 8 * c, sizeof upper);
            const float32x4_t factors = vreinterpretq_f32_u32(vshll_n_u16(vld1_u16(upper), 16));
#pragma clang loop unroll(full)
            for (size_t i = 0; i < rows; i++) {
                float *restrict total = totals + i * PANEL_WIDTH + 4 * c;
                const float32x4_t product = vmulq_f32(vdupq_n_f32(scales[i * blocks + b]), factors);
                vst1q_f32(total, vfmaq_f32(vld1q_f32(total), vcvtq_f32_s32(sums[i][c]), product));
            }
        }
    }
}

static void multiply(size_t m, size_t n, size_t k, const uint8_t *restrict q, size_t q_stride, const float *restrict scales,
                     const uint8_t *restrict packed, float *restrict y, size_t y_stride, int accumulate) {
    const size_t blocks = int8_blocks(k), tiles = (m + TILE_ROWS - 1) / TILE_ROWS;
    for (size_t first = 0; first < n; first += PANEL_WIDTH, packed += blocks * INT8_PANEL_BLOCK) {
        const size_t width = n - first < PANEL_WIDTH ? n - first : PANEL_WIDTH;
        for (size_t t = 0; t < tiles; t++) {
            const size_t row = m * t / tiles, height = m * (t + 1) / tiles - row;
            const uint8_t *restrict left = q + row * q_stride;
            const float *restrict left_scales = scales + row * blocks;
            float totals[TILE_ROWS * PANEL_WIDTH] = {0};
            for (size_t half = 0; half < 2; half++) {
                const uint8_t *restrict panel = packed + 64 * half, *restrict column_scales = packed + INT8_SCALES + 32 * half;
                float *restrict to = totals + 16 * half;
                switch (height) {
                case 1: neon_tile(1, blocks, left, q_stride, left_scales, panel, column_scales, to); break;
                case 2: neon_tile(2, blocks, left, q_stride, left_scales, panel, column_scales, to); break;
                case 3: neon_tile(3, blocks, left, q_stride, left_scales, panel, column_scales, to); break;
                case 4: neon_tile(4, blocks, left, q_stride, left_scales, panel, column_scales, to); break;
                default: break;
                }
            }
            int8_store(height, width, totals, y + row * y_stride + first, y_stride, accumulate);
        }
    }
}

#include "int8_quantise.h"

const Int8Kernels int8_neon_kernels = {INT8_SIGNED, quantise, multiply};
const Int8Kernels int7_neon_kernels = {INT7_SIGNED, quantise, multiply};
#endif
