// The block formats of GGUF files as floats. Every formula is that of the format's reference (gguf-py's quants.py), operation by
// operation, so that the numbers are equal to the bit; nothing is contracted, so the variants are equal too.
#include "half.h"

#define INLINE static inline __attribute__((always_inline))

INLINE float half_at(const uint8_t *x) { return half_to_float((uint16_t)(x[0] | x[1] << 8)); }

INLINE uint32_t word_at(const uint8_t *x) { return (uint32_t)x[0] | (uint32_t)x[1] << 8 | (uint32_t)x[2] << 16 | (uint32_t)x[3] << 24; }

// What the sixteen values of a four-bit code stand for: IQ4's, and twice those of E2M1 in MXFP4.
static const int8_t nonlinear[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};
static const int8_t e2m1[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

// d, 16 bytes: the low halves are the first 16 numbers. x = d (q - 8)
INLINE void block_q4_0(const uint8_t *x, float *y) {
    const float d = half_at(x);
    for (int i = 0; i < 16; i++) {
        y[i] = d * (float)((x[2 + i] & 15) - 8);
        y[16 + i] = d * (float)((x[2 + i] >> 4) - 8);
    }
}

// d, m, 16 bytes. x = d q + m
INLINE void block_q4_1(const uint8_t *x, float *y) {
    const float d = half_at(x), m = half_at(x + 2);
    for (int i = 0; i < 16; i++) {
        y[i] = d * (float)(x[4 + i] & 15) + m;
        y[16 + i] = d * (float)(x[4 + i] >> 4) + m;
    }
}

// d, the fifth bits, 16 bytes. x = d (q - 16)
INLINE void block_q5_0(const uint8_t *x, float *y) {
    const float d = half_at(x);
    const uint32_t high = word_at(x + 2);
    for (int i = 0; i < 16; i++) {
        y[i] = d * (float)((int)((x[6 + i] & 15) | (high >> i & 1) << 4) - 16);
        y[16 + i] = d * (float)((int)((x[6 + i] >> 4) | (high >> (16 + i) & 1) << 4) - 16);
    }
}

// d, m, the fifth bits, 16 bytes. x = d q + m
INLINE void block_q5_1(const uint8_t *x, float *y) {
    const float d = half_at(x), m = half_at(x + 2);
    const uint32_t high = word_at(x + 4);
    for (int i = 0; i < 16; i++) {
        y[i] = d * (float)(int)((x[8 + i] & 15) | (high >> i & 1) << 4) + m;
        y[16 + i] = d * (float)(int)((x[8 + i] >> 4) | (high >> (16 + i) & 1) << 4) + m;
    }
}

// d, 32 signed bytes. x = d q
INLINE void block_q8_0(const uint8_t *x, float *y) {
    const float d = half_at(x);
    for (int i = 0; i < 32; i++) y[i] = d * (float)(int8_t)x[2 + i];
}

// For each 16 numbers a byte with four bits of scale and four of minimum; 64 bytes of two bits; d, dmin. x = (d s) q - (dmin m)
INLINE void block_q2_k(const uint8_t *x, float *y) {
    const float d = half_at(x + 80), dmin = half_at(x + 82);
    for (int group = 0; group < 16; group++) {
        const uint8_t *q = x + 16 + group / 8 * 32 + group % 2 * 16;
        const int shift = group % 8 / 2 * 2;
        const float scale = d * (float)(x[group] & 15), minimum = dmin * (float)(x[group] >> 4);
        for (int i = 0; i < 16; i++) y[16 * group + i] = scale * (float)(q[i] >> shift & 3) - minimum;
    }
}

// The third bits (set: nothing is taken off), 64 bytes of two bits, sixteen scales of six bits, d. x = (d (s - 32)) (q - 4 where unset)
INLINE void block_q3_k(const uint8_t *x, float *y) {
    const float d = half_at(x + 108);
    const uint8_t *scales = x + 96;
    for (int group = 0; group < 16; group++) {
        const uint8_t *q = x + 32 + group / 8 * 32 + group % 2 * 16, *high = x + group % 2 * 16;
        const int shift = group % 8 / 2 * 2, bit = group / 2;
        const int low = scales[group % 8] >> (group / 8 * 4) & 15, top = scales[8 + group % 4] >> (group / 4 * 2) & 3;
        const float scale = d * (float)((low | top << 4) - 32);
        for (int i = 0; i < 16; i++) y[16 * group + i] = scale * (float)((q[i] >> shift & 3) - ((high[i] >> bit & 1) ? 0 : 4));
    }
}

// Eight scales and eight minima of six bits in twelve bytes.
INLINE void scale_and_minimum(const uint8_t *packed, int group, int *scale, int *minimum) {
    if (group < 4) {
        *scale = packed[group] & 63;
        *minimum = packed[4 + group] & 63;
    } else {
        *scale = (packed[4 + group] & 15) | (packed[group - 4] >> 2 & 48);
        *minimum = packed[4 + group] >> 4 | (packed[group] >> 2 & 48);
    }
}

// d, dmin, scales and minima, 128 bytes of four bits. x = (d s) q - (dmin m)
INLINE void block_q4_k(const uint8_t *x, float *y) {
    const float d = half_at(x), dmin = half_at(x + 2);
    for (int group = 0; group < 8; group++) {
        const uint8_t *q = x + 16 + group / 2 * 32;
        int s, m;
        scale_and_minimum(x + 4, group, &s, &m);
        const float scale = d * (float)s, minimum = dmin * (float)m;
        const int shift = group % 2 * 4;
        for (int i = 0; i < 32; i++) y[32 * group + i] = scale * (float)(q[i] >> shift & 15) - minimum;
    }
}

// The same with fifth bits before the bytes of four.
INLINE void block_q5_k(const uint8_t *x, float *y) {
    const float d = half_at(x), dmin = half_at(x + 2);
    for (int group = 0; group < 8; group++) {
        const uint8_t *q = x + 48 + group / 2 * 32, *high = x + 16;
        int s, m;
        scale_and_minimum(x + 4, group, &s, &m);
        const float scale = d * (float)s, minimum = dmin * (float)m;
        const int shift = group % 2 * 4;
        for (int i = 0; i < 32; i++) y[32 * group + i] = scale * (float)((q[i] >> shift & 15) | (high[i] >> group & 1) << 4) - minimum;
    }
}

// 128 bytes of four bits, 64 of two above them, sixteen signed scales, d. x = (d s) (q - 32)
INLINE void block_q6_k(const uint8_t *x, float *y) {
    const float d = half_at(x + 208);
    for (int group = 0; group < 16; group++) {
        const int half = group / 8, place = group % 8 * 16; // of 128 numbers
        const uint8_t *low = x + 64 * half + place % 64, *high = x + 128 + 32 * half + place % 32;
        const int low_shift = place / 64 * 4, high_shift = place / 32 * 2;
        const float scale = d * (float)(int8_t)x[192 + group];
        for (int i = 0; i < 16; i++)
            y[16 * group + i] = scale * (float)(((low[i] >> low_shift & 15) | (high[i] >> high_shift & 3) << 4) - 32);
    }
}

// d, 16 bytes. x = d v(q)
INLINE void block_iq4_nl(const uint8_t *x, float *y) {
    const float d = half_at(x);
    for (int i = 0; i < 16; i++) {
        y[i] = d * (float)nonlinear[x[2 + i] & 15];
        y[16 + i] = d * (float)nonlinear[x[2 + i] >> 4];
    }
}

// d, the high bits of eight scales, their low bits, 128 bytes. x = (d (s - 32)) v(q)
INLINE void block_iq4_xs(const uint8_t *x, float *y) {
    const float d = half_at(x);
    const int high = x[2] | x[3] << 8;
    for (int group = 0; group < 8; group++) {
        const uint8_t *q = x + 8 + 16 * group;
        const float scale = d * (float)(((x[4 + group / 2] >> (group % 2 * 4) & 15) | (high >> (2 * group) & 3) << 4) - 32);
        for (int i = 0; i < 16; i++) {
            y[32 * group + i] = scale * (float)nonlinear[q[i] & 15];
            y[32 * group + 16 + i] = scale * (float)nonlinear[q[i] >> 4];
        }
    }
}

// An exponent e, 16 bytes. x = 2^(e - 128) v(q)
INLINE void block_mxfp4(const uint8_t *x, float *y) {
    const float d = bits_float(x[0] < 2 ? 0x00200000u << x[0] : (uint32_t)(x[0] - 1) << 23);
    for (int i = 0; i < 16; i++) {
        y[i] = d * (float)e2m1[x[1 + i] & 15];
        y[16 + i] = d * (float)e2m1[x[1 + i] >> 4];
    }
}

#define EACH(name, numbers, bytes)                                                                       \
    for (size_t block = 0; block < blocks; block++) block_##name(x + block * (bytes), y + block * (numbers)); \
    break

INLINE void dequantise(int format, size_t blocks, const uint8_t *restrict x, float *restrict y) {
    switch (format) {
    case BLOCKS_Q4_0: EACH(q4_0, 32, 18);
    case BLOCKS_Q4_1: EACH(q4_1, 32, 20);
    case BLOCKS_Q5_0: EACH(q5_0, 32, 22);
    case BLOCKS_Q5_1: EACH(q5_1, 32, 24);
    case BLOCKS_Q8_0: EACH(q8_0, 32, 34);
    case BLOCKS_Q2_K: EACH(q2_k, 256, 84);
    case BLOCKS_Q3_K: EACH(q3_k, 256, 110);
    case BLOCKS_Q4_K: EACH(q4_k, 256, 144);
    case BLOCKS_Q5_K: EACH(q5_k, 256, 176);
    case BLOCKS_Q6_K: EACH(q6_k, 256, 210);
    case BLOCKS_IQ4_NL: EACH(iq4_nl, 32, 18);
    case BLOCKS_IQ4_XS: EACH(iq4_xs, 256, 136);
    case BLOCKS_MXFP4: EACH(mxfp4, 32, 17);
    default: break;
    }
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void blocks_to_f32_avx2(int format, size_t blocks, const uint8_t *restrict x, float *restrict y) {
    dequantise(format, blocks, x, y);
}
#endif

void blocks_to_f32(int instruction_set, int format, size_t blocks, const uint8_t *restrict x, float *restrict y) {
#if defined(__x86_64__)
    if (instruction_set >= KERNELS_AVX2) {
        blocks_to_f32_avx2(format, blocks, x, y);
        return;
    }
#endif
    (void)instruction_set;
    dequantise(format, blocks, x, y);
}
