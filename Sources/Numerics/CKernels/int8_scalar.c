// The obvious version of the 8-bit product, and what packs and unpacks panels.
#include "int8.h"

// The number of a panel's block at a depth, in a column.
static size_t place(size_t l, size_t column) { return (l / 4 * PANEL_WIDTH + column) * 4 + l % 4; }

static float block_scale(const uint8_t *block, size_t column) {
    uint16_t upper;
    __builtin_memcpy(&upper, block + INT8_SCALES + 2 * column, sizeof upper);
    const union { uint32_t bits; float value; } scale = {(uint32_t)upper << 16};
    return scale.value;
}

// Sums and differences of what lies 32 apart, 16, 8, 4, 2, 1: the transform, 8 times as long.
static void hadamard(float *v) {
    for (size_t half = INT8_BLOCK / 2; half > 0; half /= 2) {
        for (size_t i = 0; i < INT8_BLOCK; i++) {
            if (i & half) continue;
            const float a = v[i], b = v[i + half];
            v[i] = a + b;
            v[i + half] = a - b;
        }
    }
}

static void quantise(size_t rows, size_t k, const float *restrict x, int form, uint8_t *restrict q, size_t q_stride,
                     float *restrict scales) {
    const size_t blocks = int8_blocks(k), bytes = int8_row_bytes(INT8_BLOCK, form);
    for (size_t i = 0; i < rows; i++, x += k, q += q_stride, scales += blocks) {
        for (size_t b = 0; b < blocks; b++) {
            float v[INT8_BLOCK] = {0}, largest = 0;
            for (size_t l = 0; l < INT8_BLOCK && b * INT8_BLOCK + l < k; l++) v[l] = x[b * INT8_BLOCK + l];
            hadamard(v);
            for (size_t l = 0; l < INT8_BLOCK; l++) largest = __builtin_fabsf(v[l]) > largest ? __builtin_fabsf(v[l]) : largest;
            const Int8Step step = int8_step(largest, form);
            scales[b] = step.scale;
            uint8_t *restrict to = q + b * bytes;
            for (size_t l = 0; l < INT8_BLOCK; l++) {
                // Adding 1.5 * 2^23 rounds to nearest even and leaves the whole number in the low bits.
                const union { float value; uint32_t bits; } rounded = {__builtin_fmaf(v[l], step.factor, 12582912.0f)};
                const int8_t number = (int8_t)(uint8_t)rounded.bits;
                const int shift = form == INT8_SHIFTED || form == INT7_SHIFTED ? 128 : form == INT7_SHIFTED_BY_64 ? 64 : 0;
                to[l] = (uint8_t)(number + shift);
                if (form == INT8_WITH_MAGNITUDES) to[INT8_BLOCK + l] = (uint8_t)(number < 0 ? -number : number);
            }
        }
    }
}

static void multiply(size_t m, size_t n, size_t k, const uint8_t *restrict q, size_t q_stride, const float *restrict scales,
                     const uint8_t *restrict packed, float *restrict y, size_t y_stride, int accumulate) {
    const size_t blocks = int8_blocks(k);
    for (size_t i = 0; i < m; i++, q += q_stride, scales += blocks, y += y_stride) {
        for (size_t j = 0; j < n; j++) {
            const size_t column = j % PANEL_WIDTH;
            const uint8_t *restrict block = packed + j / PANEL_WIDTH * blocks * INT8_PANEL_BLOCK;
            float total = 0;
            for (size_t b = 0; b < blocks; b++, block += INT8_PANEL_BLOCK) {
                int32_t sum = 0;
                for (size_t l = 0; l < INT8_BLOCK; l++)
                    sum += (int32_t)(int8_t)q[b * INT8_BLOCK + l] * (int32_t)(int8_t)block[place(l, column)];
                total = __builtin_fmaf((float)sum, scales[b] * block_scale(block, column), total);
            }
            y[j] = accumulate ? y[j] + total : total;
        }
    }
}

const Int8Kernels int8_scalar_kernels = {INT8_SIGNED, quantise, multiply};
const Int8Kernels int7_scalar_kernels = {INT7_SIGNED, quantise, multiply};

void int8_pack_panel(size_t n, size_t k, const uint8_t *restrict q, const float *restrict scales, uint8_t *restrict panel) {
    const size_t blocks = int8_blocks(k);
    __builtin_memset(panel, 0, blocks * INT8_PANEL_BLOCK);
    for (size_t b = 0; b < blocks; b++, panel += INT8_PANEL_BLOCK) {
        for (size_t j = 0; j < n; j++) {
            const uint8_t *restrict from = q + (j * blocks + b) * INT8_BLOCK;
            for (size_t l = 0; l < INT8_BLOCK; l += 4) __builtin_memcpy(panel + place(l, j), from + l, 4);
            int16_t sum = 0;
            for (size_t l = 0; l < INT8_BLOCK; l++) sum = (int16_t)(sum + (int8_t)from[l]);
            uint32_t bits;
            __builtin_memcpy(&bits, scales + j * blocks + b, sizeof bits);
            const uint16_t upper = (uint16_t)(bits >> 16);
            __builtin_memcpy(panel + INT8_SCALES + 2 * j, &upper, sizeof upper);
            __builtin_memcpy(panel + INT8_SUMS + 2 * j, &sum, sizeof sum);
        }
    }
}

void int8_unpack_column(size_t column, size_t k, const uint8_t *restrict panel, float *restrict x) {
    for (size_t b = 0; b < int8_blocks(k); b++, panel += INT8_PANEL_BLOCK, x += INT8_BLOCK) {
        // The transform is its own inverse; its length of 8 leaves exactly.
        const float scale = block_scale(panel, column) / 8;
        for (size_t l = 0; l < INT8_BLOCK; l++) x[l] = (float)(int8_t)panel[place(l, column)] * scale;
        hadamard(x);
    }
}
