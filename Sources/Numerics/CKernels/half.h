// The bits of floats, and 16-bit halves as floats: what conversions of storage formats share.
#ifndef HALF_H
#define HALF_H

#include "ckernels.h"

static inline uint32_t float_bits(float x) {
    union { float value; uint32_t bits; } u = {x};
    return u.bits;
}

static inline float bits_float(uint32_t bits) {
    union { uint32_t bits; float value; } u = {bits};
    return u.value;
}

static inline float half_to_float(uint16_t half) {
    const uint32_t sign = (uint32_t)(half & 0x8000u) << 16, magnitude = half & 0x7FFFu;
    if (magnitude >= 0x7C00u) return bits_float(sign | 0x7F800000u | (magnitude > 0x7C00u ? 0x400000u : 0) | ((magnitude & 0x3FFu) << 13));
    if (magnitude >= 0x400u) return bits_float(sign | ((magnitude << 13) + (112u << 23)));
    const float value = (float)magnitude * 5.9604644775390625e-8f; // 2^-24: subnormal halves are exact floats
    return bits_float(sign | float_bits(value));
}

#endif
