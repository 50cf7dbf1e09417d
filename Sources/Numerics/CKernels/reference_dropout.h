// Dropout with a mask that depends on a key and on each element's index alone.

// x[i] becomes x[i] * factor, or 0 where the bits of element first + i are below the threshold.
static void dropout(size_t n, size_t first, uint32_t threshold, REAL factor, uint64_t key, REAL *restrict x) {
    for (size_t i = 0; i < n; i++) x[i] = counter_bits(key, first + i) < threshold ? 0 : x[i] * factor;
}
