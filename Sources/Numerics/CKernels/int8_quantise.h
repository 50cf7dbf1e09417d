// Rounding of rows to blocks of 8 bits by vectors, bit for bit as int8_scalar.c has it.

typedef uint8_t byte_lanes __attribute__((ext_vector_type(16)));
typedef int8_t signed_byte_lanes __attribute__((ext_vector_type(16)));

// Every lane's partner, so many lanes away.
#define PARTNER_8(v) __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7)
#define PARTNER_4(v) __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11)
#define PARTNER_2(v) __builtin_shufflevector(v, v, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13)
#define PARTNER_1(v) __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14)

// Sums and differences of partners within a vector: times 1 or -1 is exact, so one fused step rounds as the plain sum does.
INLINE lanes hadamard_lanes(lanes v) {
    v = fma_lanes(v, (lanes){1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1, -1}, PARTNER_8(v));
    v = fma_lanes(v, (lanes){1, 1, 1, 1, -1, -1, -1, -1, 1, 1, 1, 1, -1, -1, -1, -1}, PARTNER_4(v));
    v = fma_lanes(v, (lanes){1, 1, -1, -1, 1, 1, -1, -1, 1, 1, -1, -1, 1, 1, -1, -1}, PARTNER_2(v));
    return fma_lanes(v, (lanes){1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1}, PARTNER_1(v));
}

INLINE float largest_lane(lanes v) {
    v = larger(v, PARTNER_8(v));
    v = larger(v, PARTNER_4(v));
    v = larger(v, PARTNER_2(v));
    return larger(v, PARTNER_1(v))[0];
}

INLINE void quantise_block(const float *restrict x, int form, uint8_t *restrict q, float *restrict scale) {
    lanes v[4];
#pragma clang loop unroll(full)
    for (size_t c = 0; c < 4; c++) v[c] = load_lanes(x + LANES * c);
    const lanes a = v[0] + v[2], b = v[1] + v[3], c = v[0] - v[2], d = v[1] - v[3];
    v[0] = hadamard_lanes(a + b), v[1] = hadamard_lanes(a - b), v[2] = hadamard_lanes(c + d), v[3] = hadamard_lanes(c - d);
    lanes most = splat(0);
#pragma clang loop unroll(full)
    for (size_t e = 0; e < 4; e++) most = larger(__builtin_elementwise_abs(v[e]), most);
    const Int8Step step = int8_step(largest_lane(most), form);
    *scale = step.scale;
#pragma clang loop unroll(full)
    for (size_t e = 0; e < 4; e++) {
        const lanes rounded = fma_lanes(v[e], splat(step.factor), splat(12582912.0f));
        word_lanes bits;
        __builtin_memcpy(&bits, &rounded, sizeof bits);
        byte_lanes bytes = __builtin_convertvector(bits & 0xFFu, byte_lanes);
        if (form == INT8_SHIFTED || form == INT7_SHIFTED) bytes ^= 0x80;
        if (form == INT7_SHIFTED_BY_64) bytes += 64;
        __builtin_memcpy(q + LANES * e, &bytes, sizeof bytes);
        if (form == INT8_WITH_MAGNITUDES) {
            signed_byte_lanes numbers;
            __builtin_memcpy(&numbers, &bytes, sizeof numbers);
            numbers = __builtin_elementwise_abs(numbers);
            __builtin_memcpy(q + INT8_BLOCK + LANES * e, &numbers, sizeof numbers);
        }
    }
}

static void quantise(size_t rows, size_t k, const float *restrict x, int form, uint8_t *restrict q, size_t q_stride,
                     float *restrict scales) {
    const size_t whole = k / INT8_BLOCK, rest = k % INT8_BLOCK, bytes = int8_row_bytes(INT8_BLOCK, form);
    for (size_t i = 0; i < rows; i++, x += k, q += q_stride) {
        for (size_t b = 0; b < whole; b++) quantise_block(x + b * INT8_BLOCK, form, q + b * bytes, scales++);
        if (rest > 0) {
            float last[INT8_BLOCK] = {0};
            __builtin_memcpy(last, x + whole * INT8_BLOCK, rest * sizeof *last);
            quantise_block(last, form, q + whole * bytes, scales++);
        }
    }
}
