// Loops of nothing but the instruction in question, to learn what this processor can do at most.
#include "tables.h"

enum { PEAK_CHAINS = 12, PEAK_STEPS = 1000 };

#if defined(__x86_64__)
#include <immintrin.h>
// The accumulators pass through an empty instruction, so that no compiler thinks the loop away.
#define KEEP(x) __asm__ volatile("" : "+v"(x))

__attribute__((target("avx512f,avx512bw,avx512vnni"))) static double int8_avx512(size_t n) {
    __m512i sums[PEAK_CHAINS], a = _mm512_set1_epi8(1), b = a;
    for (size_t i = 0; i < PEAK_CHAINS; i++) sums[i] = _mm512_setzero_si512();
    for (size_t r = 0; r < n * PEAK_STEPS; r++) {
        KEEP(a);
#pragma clang loop unroll(full)
        for (size_t i = 0; i < PEAK_CHAINS; i++) sums[i] = _mm512_dpbusd_epi32(sums[i], a, b);
    }
    for (size_t i = 0; i < PEAK_CHAINS; i++) KEEP(sums[i]);
    return 2.0 * 64 * PEAK_CHAINS * PEAK_STEPS * (double)n;
}

__attribute__((target("avx512f"))) static double float_avx512(size_t n) {
    __m512 sums[PEAK_CHAINS], a = _mm512_set1_ps(0.5f), b = a;
    for (size_t i = 0; i < PEAK_CHAINS; i++) sums[i] = _mm512_setzero_ps();
    for (size_t r = 0; r < n * PEAK_STEPS; r++) {
        KEEP(a);
#pragma clang loop unroll(full)
        for (size_t i = 0; i < PEAK_CHAINS; i++) sums[i] = _mm512_fmadd_ps(a, b, sums[i]);
    }
    for (size_t i = 0; i < PEAK_CHAINS; i++) KEEP(sums[i]);
    return 2.0 * 16 * PEAK_CHAINS * PEAK_STEPS * (double)n;
}

__attribute__((target("avx2,fma"))) static double int8_avx2(size_t n) {
    __m256i sums[8], a = _mm256_set1_epi8(1), b = a;
    const __m256i ones = _mm256_set1_epi16(1);
    for (size_t i = 0; i < 8; i++) sums[i] = _mm256_setzero_si256();
    for (size_t r = 0; r < n * PEAK_STEPS; r++) {
#pragma clang loop unroll(full)
        for (size_t i = 0; i < 8; i++) {
            KEEP(a);
            sums[i] = _mm256_add_epi32(sums[i], _mm256_madd_epi16(_mm256_maddubs_epi16(a, b), ones));
        }
    }
    for (size_t i = 0; i < 8; i++) KEEP(sums[i]);
    return 2.0 * 32 * 8 * PEAK_STEPS * (double)n;
}

__attribute__((target("avx2,fma"))) static double float_avx2(size_t n) {
    __m256 sums[PEAK_CHAINS], a = _mm256_set1_ps(0.5f), b = a;
    for (size_t i = 0; i < PEAK_CHAINS; i++) sums[i] = _mm256_setzero_ps();
    for (size_t r = 0; r < n * PEAK_STEPS; r++) {
        KEEP(a);
#pragma clang loop unroll(full)
        for (size_t i = 0; i < PEAK_CHAINS; i++) sums[i] = _mm256_fmadd_ps(a, b, sums[i]);
    }
    for (size_t i = 0; i < PEAK_CHAINS; i++) KEEP(sums[i]);
    return 2.0 * 8 * PEAK_CHAINS * PEAK_STEPS * (double)n;
}
#endif

double peak_int8(int instruction_set, size_t n) {
#if defined(__x86_64__)
    if (instruction_set >= KERNELS_AVX512 && __builtin_cpu_supports("avx512vnni")) return int8_avx512(n);
    if (instruction_set >= KERNELS_AVX2) return int8_avx2(n);
#endif
    (void)instruction_set;
    volatile int32_t sum = 0;
    for (size_t r = 0; r < n * PEAK_STEPS; r++) sum = sum + 3 * (int32_t)(r & 127);
    return 2.0 * PEAK_STEPS * (double)n;
}

double peak_float(int instruction_set, size_t n) {
#if defined(__x86_64__)
    if (instruction_set >= KERNELS_AVX512) return float_avx512(n);
    if (instruction_set >= KERNELS_AVX2) return float_avx2(n);
#endif
    (void)instruction_set;
    volatile float sum = 0;
    for (size_t r = 0; r < n * PEAK_STEPS; r++) sum = sum * 0.5f + 0.5f;
    return 2.0 * PEAK_STEPS * (double)n;
}

// Four streams at once, so that the memory is never waited for one line at a time.
uint64_t peak_reading(size_t n, const uint64_t *restrict x) {
    uint64_t sums[8] = {0};
    const size_t quarter = n / 4 / 8 * 8;
    for (size_t i = 0; i < quarter; i += 8)
        for (size_t j = 0; j < 8; j++) sums[j] += x[i + j] + x[quarter + i + j] + x[2 * quarter + i + j] + x[3 * quarter + i + j];
    uint64_t sum = 0;
    for (size_t j = 0; j < 8; j++) sum += sums[j];
    return sum;
}
