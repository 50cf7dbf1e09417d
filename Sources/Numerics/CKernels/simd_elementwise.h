// The sum of squares and dropout by vectors; see reference_squares.h and reference_dropout.h.

typedef double double_lanes __attribute__((ext_vector_type(16)));

static double sum_of_squares(size_t n, const float *restrict x) {
    double_lanes sums = (double_lanes)(0.0);
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        const double_lanes wide = __builtin_convertvector(load_lanes(x + i), double_lanes);
        sums = __builtin_elementwise_fma(wide, wide, sums);
    }
    double parts[LANES];
    __builtin_memcpy(parts, &sums, sizeof parts);
    for (; i < n; i++) parts[i % LANES] = __builtin_fma((double)x[i], (double)x[i], parts[i % LANES]);
    for (size_t width = LANES / 2; width > 0; width /= 2)
        for (size_t j = 0; j < width; j++) parts[j] += parts[j + width];
    return parts[0];
}

static void dropout(size_t n, size_t first, uint32_t threshold, float factor, uint64_t key, float *restrict x) {
    const word_lanes steps = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        const size_t index = first + i;
        const word_lanes low = (word_lanes)((uint32_t)index) + steps;
        // The low words wrap where the high word of the index steps on.
        const word_lanes carry = low < (word_lanes)((uint32_t)index) ? (word_lanes)(1u) : (word_lanes)(0u);
        word_lanes h = low ^ (word_lanes)((uint32_t)key);
        h = (h ^ (h >> 16)) * 0x7FEB352Du;
        h = (h ^ (h >> 15)) * 0x846CA68Bu;
        h = (h ^ (h >> 16)) + (word_lanes)((uint32_t)(key >> 32) + (uint32_t)(index >> 32)) + carry;
        h = (h ^ (h >> 16)) * 0x7FEB352Du;
        h = (h ^ (h >> 15)) * 0x846CA68Bu;
        h = h ^ (h >> 16);
        store_lanes(x + i, select_lanes(h < (word_lanes)(threshold), splat(0), load_lanes(x + i) * splat(factor)));
    }
    for (; i < n; i++) x[i] = counter_bits(key, first + i) < threshold ? 0 : x[i] * factor;
}
