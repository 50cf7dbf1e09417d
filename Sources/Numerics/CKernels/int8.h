// What the variants of the 8-bit product share: the layout of a panel's block, how a block is rounded, and the end of a tile.
#include "tables.h"

// The scales and the sums of a block's columns lie behind its numbers.
enum { INT8_SCALES = INT8_BLOCK * PANEL_WIDTH, INT8_SUMS = (INT8_BLOCK + 2) * PANEL_WIDTH };

// y (+)= totals, of which each row has PANEL_WIDTH.
static inline void int8_store(size_t rows, size_t width, const float *restrict totals, float *restrict y, size_t y_stride, int accumulate) {
    for (size_t i = 0; i < rows; i++, totals += PANEL_WIDTH, y += y_stride)
        for (size_t j = 0; j < width; j++) y[j] = accumulate ? y[j] + totals[j] : totals[j];
}

// How a block is rounded whose transform, 8 times as long, has this largest magnitude: the number is the transform times `factor`, and
// stands for itself times `scale`.
typedef struct Int8Step {
    float factor, scale;
} Int8Step;

static inline Int8Step int8_step(float largest, int form) {
    // What is so small counts as zero, so that no quotient overflows.
    if (!(largest > 0x1p-90f)) return (Int8Step){0, 0};
    if (form >= INT7_SIGNED) return (Int8Step){63.0f / largest, largest * (1.0f / 504.0f)};
    if (form != INT8_WEIGHTS && form != INT7_WEIGHTS) return (Int8Step){127.0f / largest, largest * (1.0f / 1016.0f)};
    // Up to the next number of 16 bits, so that the last number still reaches the largest.
    union { float value; uint32_t bits; } step = {largest * (form == INT7_WEIGHTS ? 1.0f / 64.0f : 1.0f / 127.0f)};
    step.bits = (step.bits + 0xFFFFu) & 0xFFFF0000u;
    return (Int8Step){1.0f / step.value, step.value * 0.125f};
}
