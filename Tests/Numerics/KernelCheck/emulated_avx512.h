// The instructions of int8_avx512.c in plain C: SIMDe's, and those that its version in Debian lacks or rounds twice.
// The compiler's types of these names stand aside for SIMDe's.
#define __m128bh compiler_m128bh
#define __m256bh compiler_m256bh
#define __m512bh compiler_m512bh
#include <immintrin.h>
#undef __m128bh
#undef __m256bh
#undef __m512bh
#undef __AVX512BF16INTRIN_H
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>

typedef int32_t emulated_words __attribute__((vector_size(64)));

#define _mm512_cvtepi32_ps(x) ((simde__m512)__builtin_convertvector((emulated_words)(x), simde__m512))
#define _mm512_cvtepi16_epi32(x) \
    ((simde__m512i)__builtin_convertvector((int16_t __attribute__((vector_size(32))))(x), emulated_words))
#define _mm512_cvtepu16_epi32(x) \
    ((simde__m512i)__builtin_convertvector((uint16_t __attribute__((vector_size(32))))(x), emulated_words))

#undef _mm512_fmadd_ps
#define _mm512_fmadd_ps(a, b, c) __builtin_elementwise_fma(a, b, c)
