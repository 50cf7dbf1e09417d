// The obvious version of the kernels that reference_bfloat.h describes.
#include "reference_bfloat.h"

static void pack_pairs(size_t n, size_t k, const float *restrict b, size_t k_stride, size_t n_stride, uint32_t *restrict packed) {
    const size_t pairs = (k + 1) / 2;
    for (size_t first = 0; first < n; first += PANEL_WIDTH) {
        uint32_t *restrict panel = packed + first * pairs;
        for (size_t p = 0; p < pairs; p++)
            for (size_t j = 0; j < PANEL_WIDTH; j++)
                panel[p * PANEL_WIDTH + j] = first + j < n ? bfloat_pair_at(2 * p, k, b + (first + j) * n_stride, k_stride) : 0;
    }
}

static float half_of_pair(uint32_t pair, size_t half) {
    const uint32_t bits = half == 0 ? pair & 0xFFFF0000u : pair << 16;
    float x;
    __builtin_memcpy(&x, &bits, sizeof x);
    return x;
}

static float without_subnormals(float x) { return __builtin_fabsf(x) < 0x1p-126f ? __builtin_copysignf(0, x) : x; }

static void multiply_pairs(size_t m, size_t n, size_t k, const float *restrict a, size_t m_stride, size_t k_stride,
                           const uint32_t *restrict packed, float *restrict c, size_t c_stride, int accumulate, float *restrict scratch) {
    (void)scratch;
    const size_t pairs = (k + 1) / 2;
    for (size_t first = 0; first < n; first += PANEL_WIDTH) {
        const size_t width = n - first < PANEL_WIDTH ? n - first : PANEL_WIDTH;
        const uint32_t *restrict panel = packed + first * pairs;
        for (size_t i = 0; i < m; i++) {
            float *restrict row = c + i * c_stride + first;
            float sums[PANEL_WIDTH] = {0};
            if (accumulate)
                for (size_t j = 0; j < width; j++) sums[j] = row[j];
            for (size_t p = 0; p < pairs; p++) {
                const uint32_t left = bfloat_pair_at(2 * p, k, a + i * m_stride, k_stride);
                for (size_t half = 0; half < 2; half++)
                    for (size_t j = 0; j < PANEL_WIDTH; j++) {
                        const float right = half_of_pair(panel[p * PANEL_WIDTH + j], half);
                        sums[j] = without_subnormals(FMA(half_of_pair(left, half), right, without_subnormals(sums[j])));
                    }
            }
            for (size_t j = 0; j < width; j++) row[j] = sums[j];
        }
    }
}
