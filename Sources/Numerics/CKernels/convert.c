// Conversions between float and its two 16-bit storage formats.
#include "half.h"

void bf16_to_f32(int instruction_set, size_t n, const uint16_t *restrict x, float *restrict y) {
    (void)instruction_set;
    for (size_t i = 0; i < n; i++) y[i] = bits_float((uint32_t)x[i] << 16);
}

void f32_to_bf16(int instruction_set, size_t n, const float *restrict x, uint16_t *restrict y) {
    (void)instruction_set;
    for (size_t i = 0; i < n; i++) {
        const uint32_t bits = float_bits(x[i]);
        const uint32_t rounded = (bits + 0x7FFFu + ((bits >> 16) & 1u)) >> 16;
        y[i] = (uint16_t)((bits & 0x7FFFFFFFu) > 0x7F800000u ? (bits >> 16) | 0x40u : rounded);
    }
}

static inline uint16_t float_to_half(float x) {
    const uint32_t bits = float_bits(x), magnitude = bits & 0x7FFFFFFFu, sign = (bits >> 16) & 0x8000u;
    if (magnitude > 0x7F800000u) return (uint16_t)(sign | 0x7E00u | ((magnitude >> 13) & 0x3FFu));
    if (magnitude >= 0x47800000u) return (uint16_t)(sign | 0x7C00u);
    if (magnitude >= 0x38800000u)
        return (uint16_t)(sign | ((magnitude - 0x38000000u + 0xFFFu + ((magnitude >> 13) & 1u)) >> 13));
    // Adding 0.5 leaves the half's subnormal mantissa, rounded to nearest even, in the low bits.
    return (uint16_t)(sign | (float_bits(bits_float(magnitude) + 0.5f) - 0x3F000000u));
}

static void f16_to_f32_scalar(size_t n, const uint16_t *restrict x, float *restrict y) {
    for (size_t i = 0; i < n; i++) y[i] = half_to_float(x[i]);
}

static void f32_to_f16_scalar(size_t n, const float *restrict x, uint16_t *restrict y) {
    for (size_t i = 0; i < n; i++) y[i] = float_to_half(x[i]);
}

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("avx2,f16c"))) static void f16_to_f32_avx2(size_t n, const uint16_t *restrict x, float *restrict y) {
    size_t i = 0;
    for (; i + 8 <= n; i += 8) _mm256_storeu_ps(y + i, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(x + i))));
    f16_to_f32_scalar(n - i, x + i, y + i);
}

__attribute__((target("avx2,f16c"))) static void f32_to_f16_avx2(size_t n, const float *restrict x, uint16_t *restrict y) {
    size_t i = 0;
    for (; i + 8 <= n; i += 8)
        _mm_storeu_si128((__m128i *)(y + i), _mm256_cvtps_ph(_mm256_loadu_ps(x + i), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
    f32_to_f16_scalar(n - i, x + i, y + i);
}
#endif

void f16_to_f32(int instruction_set, size_t n, const uint16_t *restrict x, float *restrict y) {
#if defined(__x86_64__)
    if (instruction_set >= KERNELS_AVX2) {
        f16_to_f32_avx2(n, x, y);
        return;
    }
#endif
    (void)instruction_set;
    f16_to_f32_scalar(n, x, y);
}

void f32_to_f16(int instruction_set, size_t n, const float *restrict x, uint16_t *restrict y) {
#if defined(__x86_64__)
    if (instruction_set >= KERNELS_AVX2) {
        f32_to_f16_avx2(n, x, y);
        return;
    }
#endif
    (void)instruction_set;
    f32_to_f16_scalar(n, x, y);
}
