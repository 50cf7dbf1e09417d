// Quantisation by vectors; see int8_scalar.c.

typedef uint8_t byte_lanes __attribute__((ext_vector_type(16)));

INLINE byte_lanes quantise_lanes(lanes x, float factor, int shift) {
    const lanes rounded = fma_lanes(x, splat(factor), splat(12582912.0f));
    word_lanes bits;
    __builtin_memcpy(&bits, &rounded, sizeof bits);
    return __builtin_convertvector((bits + (uint32_t)shift) & 0xFFu, byte_lanes);
}

static void quantise(size_t rows, size_t k, const float *restrict x, size_t q_stride, int shift, uint8_t *restrict q,
                     float *restrict scales) {
    const size_t whole = k / LANES * LANES, rest = k - whole;
    for (size_t i = 0; i < rows; i++, x += k, q += q_stride) {
        lanes most = splat(0);
        for (size_t j = 0; j < whole; j += LANES) most = larger(__builtin_elementwise_abs(load_lanes(x + j)), most);
        if (rest > 0) most = larger(__builtin_elementwise_abs(load_some(x + whole, rest, 0)), most);
        const float most_of_all = largest(most), factor = most_of_all > 0 ? 127.0f / most_of_all : 0;
        scales[i] = most_of_all / 127.0f;
        for (size_t j = 0; j < whole; j += LANES) {
            const byte_lanes bytes = quantise_lanes(load_lanes(x + j), factor, shift);
            __builtin_memcpy(q + j, &bytes, sizeof bytes);
        }
        if (rest > 0) {
            const byte_lanes bytes = quantise_lanes(load_some(x + whole, rest, 0), factor, shift);
            __builtin_memcpy(q + whole, &bytes, rest);
        }
        __builtin_memset(q + k, shift, q_stride - k);
    }
}
