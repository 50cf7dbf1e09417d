// Products of bfloat16 pairs by AVX512_BF16, whose instruction is two fused multiply-adds, that of the upper halves first, each rounded to
// nearest, with subnormal numbers as zero.
#include "tables.h"

#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,avx2,fma,f16c"))), apply_to = function)
#include "simd_avx512.h"
#include "simd_bfloat_words.h"

#define HALVES 1
#define PAIR_ROWS TILE_ROWS
#define LEFT_PAIR PAIR_ROWS

typedef words operand;

static inline __attribute__((always_inline)) operand half_of(words pairs, size_t half) {
    (void)half;
    return pairs;
}
static inline __attribute__((always_inline)) operand element_of(const float *a) { return (operand)broadcast(*a); }
static inline __attribute__((always_inline)) vector multiply_add(operand a, operand b, vector sum) {
    return (vector)_mm512_dpbf16_ps((__m512)sum, (__m512bh)a, (__m512bh)b);
}
static inline __attribute__((always_inline)) void store_left(float *at, words pairs) { store(at, (vector)pairs); }

static inline __attribute__((always_inline)) words pairs_of(vector first, vector second) {
    // The halves of the register are the two vectors; word i takes element i of the lower half, and above it element 16 + i.
    const __m512i halves = (__m512i)_mm512_cvtne2ps_pbh((__m512)first, (__m512)second);
    const __m512i index = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    const __m512i order = _mm512_or_si512(index, _mm512_slli_epi32(_mm512_add_epi32(index, _mm512_set1_epi32(16)), 16));
    return (words)_mm512_permutexvar_epi16(order, halves);
}

static inline __attribute__((always_inline)) words pairs_along(vector x, vector y) {
    return (words)_mm512_rol_epi32((__m512i)_mm512_cvtne2ps_pbh((__m512)y, (__m512)x), 16);
}

static inline __attribute__((always_inline)) vector load_first(const float *p, size_t n) {
    return (vector)_mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p);
}

typedef int mode;
static inline mode enter(void) { return 0; }
static inline void leave(mode before) { (void)before; }

#include "simd_bfloat.h"
#pragma clang attribute pop

const BFloatKernels bfloat_avx512_kernels = {pack_pairs, multiply_pairs};
#endif
