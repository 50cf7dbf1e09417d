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
#define TILE_ROWS 4
#define SHIFT 0

// Four columns' sums of four products each.
static inline __attribute__((always_inline)) int32x4_t add_products(int32x4_t sums, int8x16_t columns, int8x16_t factor) {
#if defined(__ARM_FEATURE_DOTPROD)
    return vdotq_s32(sums, columns, factor);
#else
    const int32x4_t low = vpaddlq_s16(vmull_s8(vget_low_s8(columns), vget_low_s8(factor)));
    const int32x4_t high = vpaddlq_s16(vmull_high_s8(columns, factor));
    return vaddq_s32(sums, vpaddq_s32(low, high));
#endif
}

static inline __attribute__((always_inline)) void neon_tile(const size_t rows, size_t steps, const uint8_t *restrict q, size_t q_stride,
                                                            const int8_t *restrict panel, int32_t *restrict products) {
    int32x4_t sums[TILE_ROWS][4];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++)
        for (size_t c = 0; c < 4; c++) sums[i][c] = vdupq_n_s32(0);
    for (size_t l = 0; l < steps; l++, q += 4, panel += 4 * PANEL_WIDTH) {
        int8x16_t columns[4];
        for (size_t c = 0; c < 4; c++) columns[c] = vld1q_s8(panel + 16 * c);
#pragma clang loop unroll(full)
        for (size_t i = 0; i < rows; i++) {
            int32_t four;
            __builtin_memcpy(&four, q + i * q_stride, sizeof four);
            const int8x16_t factor = vreinterpretq_s8_s32(vdupq_n_s32(four));
            for (size_t c = 0; c < 4; c++) sums[i][c] = add_products(sums[i][c], columns[c], factor);
        }
    }
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++)
        for (size_t c = 0; c < 4; c++) vst1q_s32(products + i * PANEL_WIDTH + 4 * c, sums[i][c]);
}

static void int8_tile(size_t rows, size_t steps, const uint8_t *restrict q, size_t q_stride, const int8_t *restrict panel,
                      int32_t *restrict products) {
    for (size_t half = 0; half < 2; half++, panel += 64, products += 16) {
        switch (rows) {
        case 1: neon_tile(1, steps, q, q_stride, panel, products); break;
        case 2: neon_tile(2, steps, q, q_stride, panel, products); break;
        case 3: neon_tile(3, steps, q, q_stride, panel, products); break;
        case 4: neon_tile(4, steps, q, q_stride, panel, products); break;
        default: break;
        }
    }
}

#include "int8.h"
#include "int8_quantise.h"

const Int8Kernels int8_neon_kernels = {SHIFT, quantise, int8_multiply};
#endif
