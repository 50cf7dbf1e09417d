// Products of bfloat16 pairs where the processor has no instruction for them: each half becomes floats again, for the fused
// multiply-add, which computes without subnormal numbers meanwhile.
#include "simd_bfloat_words.h"

#define HALVES 2
// Both halves of two vectors, a factor and a mask stay in registers: with 14 rows of AVX-512 it took a third longer.
#if TILE_ROWS > 13
#define PAIR_ROWS 13
#else
#define PAIR_ROWS TILE_ROWS
#endif
#define LEFT_PAIR (2 * PAIR_ROWS)

typedef vector operand;

static inline __attribute__((always_inline)) operand half_of(words pairs, size_t half) {
    return (operand)(half == 0 ? pairs & 0xFFFF0000u : pairs << 16);
}
static inline __attribute__((always_inline)) operand element_of(const float *a) { return broadcast(*a); }
static inline __attribute__((always_inline)) vector multiply_add(operand a, operand b, vector sum) { return fma_vector(a, b, sum); }

static inline __attribute__((always_inline)) void store_left(float *at, words pairs) {
    store(at, half_of(pairs, 0));
    store(at + PAIR_ROWS, half_of(pairs, 1));
}

// bfloat_bits in every element.
static inline __attribute__((always_inline)) words rounded_words(vector x) {
    const words bits = (words)x, magnitude = bits & 0x7FFFFFFFu, upper = bits >> 16;
    const words is_nan = (words)(magnitude > 0x7F800000u), is_tiny = (words)(magnitude < 0x00800000u);
    const words nearest = (bits + 0x7FFFu + (upper & 1u)) >> 16;
    return (is_nan & (upper | 0x40u)) | (is_tiny & upper & 0x8000u) | (~(is_nan | is_tiny) & nearest);
}

static inline __attribute__((always_inline)) words pairs_of(vector first, vector second) {
    return rounded_words(first) << 16 | rounded_words(second);
}

static inline __attribute__((always_inline)) words pairs_along(vector x, vector y) {
#if WIDTH == 16
    return pairs_of(__builtin_shufflevector(x, y, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30),
                    __builtin_shufflevector(x, y, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31));
#else
    return pairs_of(__builtin_shufflevector(x, y, 0, 2, 4, 6, 8, 10, 12, 14), __builtin_shufflevector(x, y, 1, 3, 5, 7, 9, 11, 13, 15));
#endif
}

static __attribute__((noinline)) void copy_first(const float *p, size_t n, float *buffer) {
    for (size_t i = 0; i < WIDTH; i++) buffer[i] = i < n ? p[i] : 0;
}

static inline __attribute__((always_inline)) vector load_first(const float *p, size_t n) {
    if (n == WIDTH) return load(p);
    float buffer[WIDTH];
    copy_first(p, n, buffer);
    return load(buffer);
}

// Subnormal operands count as zero and subnormal results become zero, as the instructions of AVX512_BF16 have it.
#if defined(__x86_64__)
typedef unsigned mode;
static inline mode enter(void) {
    const mode before = _mm_getcsr();
    _mm_setcsr(before | _MM_FLUSH_ZERO_ON | 0x40u);
    return before;
}
static inline void leave(mode before) { _mm_setcsr(before); }
#elif defined(__aarch64__)
typedef uint64_t mode;
static inline mode enter(void) {
    mode before;
    __asm__ volatile("mrs %0, fpcr" : "=r"(before));
    __asm__ volatile("msr fpcr, %0" : : "r"(before | 1u << 24) : "memory");
    return before;
}
static inline void leave(mode before) { __asm__ volatile("msr fpcr, %0" : : "r"(before) : "memory"); }
#endif

#include "simd_bfloat.h"
