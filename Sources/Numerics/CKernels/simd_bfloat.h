// The kernels that reference_bfloat.h describes, for the vector type of the including file, which also gives
//   operand, HALVES   what the products of one pair take, in one step or in two
//   half_of           the operand of a half of a vector of pairs, element_of the same of a left-hand element, everywhere
//   multiply_add      sum + product of a half
//   PAIR_ROWS         the rows of a register tile
//   LEFT_PAIR         the distance of two packed pairs of the left-hand side; store_left lays one pair of a tile's rows down
//   pairs_of          the pairs of two vectors of numbers, pairs_along those of one run of twice the width
//   load_first        the first n <= WIDTH numbers and zeros
//   enter, leave      what holds while products are summed

// The pairs of one tile's block, so that a block of a panel (32 KiB) stays in the first-level cache.
enum { PAIR_DEPTH = 256 };

static inline __attribute__((always_inline)) void pair_tile(const size_t rows, size_t pairs, const float *restrict a,
                                                            const uint32_t *restrict b, float *restrict c, size_t c_stride,
                                                            int accumulate) {
    vector sums[PAIR_ROWS][2];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) {
        sums[i][0] = accumulate ? load(c + i * c_stride) : broadcast(0);
        sums[i][1] = accumulate ? load(c + i * c_stride + WIDTH) : broadcast(0);
    }
    for (size_t p = 0; p < pairs; p++, a += LEFT_PAIR, b += PANEL_WIDTH) {
#pragma clang loop unroll(full)
        for (size_t half = 0; half < HALVES; half++) {
            const operand b0 = half_of(load_words(b), half), b1 = half_of(load_words(b + WIDTH), half);
#pragma clang loop unroll(full)
            for (size_t i = 0; i < rows; i++) {
                const operand factor = element_of(a + half * PAIR_ROWS + i);
                sums[i][0] = multiply_add(factor, b0, sums[i][0]);
                sums[i][1] = multiply_add(factor, b1, sums[i][1]);
            }
        }
    }
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) {
        store(c + i * c_stride, sums[i][0]);
        store(c + i * c_stride + WIDTH, sums[i][1]);
    }
}

#define PAIR_CASE(n) \
    case n: pair_tile(n, pairs, a, b, c, c_stride, accumulate); break;

static void pair_rows(size_t rows, size_t pairs, const float *restrict a, const uint32_t *restrict b, float *restrict c, size_t c_stride,
                      int accumulate) {
    switch (rows) {
        PAIR_CASE(1) PAIR_CASE(2) PAIR_CASE(3) PAIR_CASE(4) PAIR_CASE(5) PAIR_CASE(6)
#if PAIR_ROWS > 6
        PAIR_CASE(7) PAIR_CASE(8) PAIR_CASE(9) PAIR_CASE(10) PAIR_CASE(11) PAIR_CASE(12) PAIR_CASE(13)
#endif
#if PAIR_ROWS > 13
        PAIR_CASE(14)
#endif
    default: break;
    }
}

// One tile's rows against one panel; columns that c lacks are computed aside.
static void pair_panel(size_t rows, size_t width, size_t pairs, const float *restrict a, const uint32_t *restrict panel, float *restrict c,
                       size_t c_stride, int accumulate) {
    for (size_t at = 0; at < width; at += 2 * WIDTH) {
        const size_t here = width - at;
        if (here >= 2 * WIDTH) {
            pair_rows(rows, pairs, a, panel + at, c + at, c_stride, accumulate);
            continue;
        }
        float edge[PAIR_ROWS * 2 * WIDTH];
        for (size_t i = 0; i < rows; i++)
            for (size_t j = 0; j < 2 * WIDTH; j++) edge[i * 2 * WIDTH + j] = accumulate && j < here ? c[i * c_stride + at + j] : 0;
        pair_rows(rows, pairs, a, panel + at, edge, 2 * WIDTH, 1);
        for (size_t i = 0; i < rows; i++)
            for (size_t j = 0; j < here; j++) c[i * c_stride + at + j] = edge[i * 2 * WIDTH + j];
    }
}

// WIDTH pairs of `count` <= WIDTH rows a stride apart, transposed: block[i] holds the pairs i of all.
static inline __attribute__((always_inline)) void pair_block(size_t count, const float *restrict rows, size_t stride,
                                                             vector block[WIDTH]) {
    if (count >= WIDTH) {
#pragma clang loop unroll(full)
        for (size_t i = 0; i < WIDTH; i++) block[i] = (vector)pairs_along(load(rows + i * stride), load(rows + i * stride + WIDTH));
    } else {
        for (size_t i = 0; i < WIDTH; i++)
            block[i] = i < count ? (vector)pairs_along(load(rows + i * stride), load(rows + i * stride + WIDTH)) : broadcast(0);
    }
    transpose(block);
}

// Packs a block of a [rows, k] into tiles of about equal height: tile t at packed + t * LEFT_PAIR * pairs. Each store covers a whole
// vector; what spills past a tile's rows is overwritten by the next one.
static void pack_left(size_t rows, size_t tiles, size_t k, const float *restrict a, size_t m_stride, size_t k_stride,
                      float *restrict packed) {
    const size_t pairs = (k + 1) / 2;
    for (size_t t = 0; t < tiles; t++, packed += LEFT_PAIR * pairs) {
        const size_t first = rows * t / tiles, height = rows * (t + 1) / tiles - first;
        const float *restrict source = a + first * m_stride;
        size_t l = 0;
        if (k_stride == 1) {
            for (; l + 2 * WIDTH <= k; l += 2 * WIDTH) {
                vector block[WIDTH];
                pair_block(height, source + l, m_stride, block);
                for (size_t i = 0; i < WIDTH; i++) store_left(packed + (l / 2 + i) * LEFT_PAIR, (words)block[i]);
            }
        } else if (m_stride == 1) {
            const size_t there = rows - first < WIDTH ? rows - first : WIDTH;
            for (; l < k; l += 2) {
                const vector second = l + 1 < k ? load_first(source + (l + 1) * k_stride, there) : broadcast(0);
                store_left(packed + l / 2 * LEFT_PAIR, pairs_of(load_first(source + l * k_stride, there), second));
            }
        }
        for (; l < k; l += 2) {
            uint32_t column[WIDTH] = {0};
            for (size_t i = 0; i < height; i++) column[i] = bfloat_pair_at(l, k, source + i * m_stride, k_stride);
            store_left(packed + l / 2 * LEFT_PAIR, load_words(column));
        }
    }
}

static __attribute__((noinline)) void multiply_pair_blocks(size_t m, size_t n, size_t k, const float *restrict a, size_t m_stride,
                                                           size_t k_stride, const uint32_t *restrict packed, float *restrict c,
                                                           size_t c_stride, int accumulate, float *restrict scratch) {
    const size_t tiles = (m + PAIR_ROWS - 1) / PAIR_ROWS, all = (k + 1) / 2;
    for (size_t start = 0; start < k || start == 0; start += 2 * PAIR_DEPTH) {
        const size_t depth = k - start < 2 * PAIR_DEPTH ? k - start : 2 * PAIR_DEPTH, pairs = (depth + 1) / 2;
        pack_left(m, tiles, depth, a + start * k_stride, m_stride, k_stride, scratch);
        for (size_t first = 0; first < n; first += PANEL_WIDTH) {
            const size_t width = n - first < PANEL_WIDTH ? n - first : PANEL_WIDTH;
            const uint32_t *restrict panel = packed + first * all + start / 2 * PANEL_WIDTH;
            for (size_t t = 0; t < tiles; t++) {
                const size_t row = m * t / tiles, height = m * (t + 1) / tiles - row;
                pair_panel(height, width, pairs, scratch + t * LEFT_PAIR * pairs, panel, c + row * c_stride + first, c_stride,
                           accumulate || start > 0);
            }
        }
    }
}

static void multiply_pairs(size_t m, size_t n, size_t k, const float *restrict a, size_t m_stride, size_t k_stride,
                           const uint32_t *restrict packed, float *restrict c, size_t c_stride, int accumulate, float *restrict scratch) {
    const mode before = enter();
    multiply_pair_blocks(m, n, k, a, m_stride, k_stride, packed, c, c_stride, accumulate, scratch);
    leave(before);
}

static void pack_pairs(size_t n, size_t k, const float *restrict b, size_t k_stride, size_t n_stride, uint32_t *restrict packed) {
    const size_t pairs = (k + 1) / 2;
    for (size_t first = 0; first < n; first += PANEL_WIDTH) {
        const size_t width = n - first < PANEL_WIDTH ? n - first : PANEL_WIDTH;
        const float *restrict source = b + first * n_stride;
        uint32_t *restrict panel = packed + first * pairs;
        size_t l = 0;
        if (n_stride == 1) {
            for (; l < k; l += 2)
                for (size_t j = 0; j < PANEL_WIDTH; j += WIDTH) {
                    const size_t there = width <= j ? 0 : width - j < WIDTH ? width - j : WIDTH;
                    const float *restrict row = source + l * k_stride + (there > 0 ? j : 0);
                    const vector second = l + 1 < k ? load_first(row + k_stride, there) : broadcast(0);
                    store_words(panel + l / 2 * PANEL_WIDTH + j, pairs_of(load_first(row, there), second));
                }
        } else if (k_stride == 1) {
            for (; l + 2 * WIDTH <= k; l += 2 * WIDTH)
                for (size_t j = 0; j < PANEL_WIDTH; j += WIDTH) {
                    vector block[WIDTH];
                    pair_block(width <= j ? 0 : width - j, source + (width <= j ? 0 : j) * n_stride + l, n_stride, block);
                    for (size_t i = 0; i < WIDTH; i++) store_words(panel + (l / 2 + i) * PANEL_WIDTH + j, (words)block[i]);
                }
        }
        for (; l < k; l += 2)
            for (size_t j = 0; j < PANEL_WIDTH; j++)
                panel[l / 2 * PANEL_WIDTH + j] = j < width ? bfloat_pair_at(l, k, source + j * n_stride, k_stride) : 0;
    }
}
