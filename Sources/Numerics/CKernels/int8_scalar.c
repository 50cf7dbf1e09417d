// The obvious version of the 8-bit product.
#define TILE_ROWS 8
#define SHIFT 0
#include "tables.h"

static void int8_tile(size_t rows, size_t steps, const uint8_t *restrict q, size_t q_stride, const int8_t *restrict panel,
                      int32_t *restrict products) {
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < PANEL_WIDTH; j++) {
            int32_t sum = 0;
            for (size_t l = 0; l < 4 * steps; l++)
                sum += (int32_t)(int8_t)q[i * q_stride + l] * (int32_t)panel[(l / 4 * PANEL_WIDTH + j) * 4 + l % 4];
            products[i * PANEL_WIDTH + j] = sum;
        }
    }
}

#include "int8.h"

static void quantise(size_t rows, size_t k, const float *restrict x, size_t q_stride, int shift, uint8_t *restrict q,
                     float *restrict scales) {
    for (size_t i = 0; i < rows; i++, x += k, q += q_stride) {
        float largest = 0;
        for (size_t j = 0; j < k; j++) {
            const float magnitude = __builtin_fabsf(x[j]);
            largest = magnitude > largest ? magnitude : largest;
        }
        scales[i] = largest / 127.0f;
        const float factor = largest > 0 ? 127.0f / largest : 0;
        for (size_t j = 0; j < k; j++) {
            // Adding 1.5 * 2^23 rounds to nearest even and leaves the whole number in the low bits.
            union { float value; uint32_t bits; } rounded = {__builtin_fmaf(x[j], factor, 12582912.0f)};
            q[j] = (uint8_t)(rounded.bits + (uint32_t)shift);
        }
        for (size_t j = k; j < q_stride; j++) q[j] = (uint8_t)shift;
    }
}

const Int8Kernels int8_scalar_kernels = {SHIFT, quantise, int8_multiply};

// Four bytes of a row are one word of the panel; a block of 16 words of all rows stays in the first-level cache.
void int8_pack_panel(size_t n, size_t k, const uint8_t *restrict q, size_t q_stride, int8_t *restrict panel, int32_t *restrict sums) {
    const size_t words = (k + 3) / 4;
    for (size_t first = 0; first < words; first += 16) {
        const size_t count = words - first < 16 ? words - first : 16;
        for (size_t j = 0; j < PANEL_WIDTH; j++) {
            for (size_t l = first; l < first + count; l++) {
                uint32_t word = 0;
                if (j < n) __builtin_memcpy(&word, q + j * q_stride + 4 * l, sizeof word);
                __builtin_memcpy(panel + (l * PANEL_WIDTH + j) * 4, &word, sizeof word);
            }
        }
    }
    for (size_t j = 0; j < n; j++) {
        int32_t sum = 0;
        for (size_t l = 0; l < k; l++) sum += (int8_t)q[j * q_stride + l];
        sums[j] = sum;
    }
}
