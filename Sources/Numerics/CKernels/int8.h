// The parts of the 8-bit product that all variants share. The including file has TILE_ROWS, SHIFT and
//   int8_tile(rows, steps, q, q_stride, panel, products): products [rows, PANEL_WIDTH] of `steps` groups of four.
#include "tables.h"

// y (+)= (products - SHIFT * sums) * (row scale * column scale): the shift's part leaves exactly, then one fused step.
static inline void dequantise(size_t rows, size_t width, const int32_t *restrict products, const int32_t *restrict sums,
                              const float *restrict row_scales, const float *restrict column_scales, float *restrict y, size_t y_stride,
                              int accumulate) {
    for (size_t i = 0; i < rows; i++, products += PANEL_WIDTH, y += y_stride) {
        const float scale = row_scales[i];
        if (accumulate) {
            for (size_t j = 0; j < width; j++)
                y[j] = __builtin_fmaf((float)(products[j] - SHIFT * sums[j]), scale * column_scales[j], y[j]);
        } else {
            for (size_t j = 0; j < width; j++) y[j] = (float)(products[j] - SHIFT * sums[j]) * (scale * column_scales[j]);
        }
    }
}

static void int8_multiply(size_t m, size_t n, size_t k, const uint8_t *restrict q, size_t q_stride, const float *restrict row_scales,
                          const int8_t *restrict packed, const int32_t *restrict sums, const float *restrict column_scales,
                          float *restrict y, size_t y_stride, int accumulate) {
    const size_t steps = (k + 3) / 4, tiles = (m + TILE_ROWS - 1) / TILE_ROWS;
    for (size_t first = 0; first < n; first += PANEL_WIDTH) {
        const size_t width = n - first < PANEL_WIDTH ? n - first : PANEL_WIDTH;
        const int8_t *restrict panel = packed + first * steps * 4;
        for (size_t t = 0; t < tiles; t++) {
            const size_t row = m * t / tiles, height = m * (t + 1) / tiles - row;
            int32_t products[TILE_ROWS * PANEL_WIDTH];
            int8_tile(height, steps, q + row * q_stride, q_stride, panel, products);
            dequantise(height, width, products, sums + first, row_scales + row, column_scales + first, y + row * y_stride + first,
                       y_stride, accumulate);
        }
    }
}
