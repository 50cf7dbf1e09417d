// The product by register tiles of TILE_ROWS rows and two vectors, for the vector type of the including file. Each element stays one
// chain over k: blocks of k store and reload c, and SIMD runs over columns.

// The rows of one tile, k in blocks of this depth, so that a block of a panel (32 KiB) stays in the first-level cache.
enum { DEPTH = 256 };

// `rows` is a constant wherever this is inlined; a_row and a_k are the strides of a, b_stride lies between the rows of b.
static inline __attribute__((always_inline)) void tile(const size_t rows, size_t k, const float *restrict a, size_t a_row, size_t a_k,
                                                       const float *restrict b, size_t b_stride, float *restrict c, size_t c_stride,
                                                       int accumulate) {
    vector sums[TILE_ROWS][2];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) {
        sums[i][0] = accumulate ? load(c + i * c_stride) : broadcast(0);
        sums[i][1] = accumulate ? load(c + i * c_stride + WIDTH) : broadcast(0);
    }
    for (size_t l = 0; l < k; l++, a += a_k, b += b_stride) {
        const vector b0 = load(b), b1 = load(b + WIDTH);
#pragma clang loop unroll(full)
        for (size_t i = 0; i < rows; i++) {
            const vector factor = broadcast(a[i * a_row]);
            sums[i][0] = fma_vector(factor, b0, sums[i][0]);
            sums[i][1] = fma_vector(factor, b1, sums[i][1]);
        }
    }
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) {
        store(c + i * c_stride, sums[i][0]);
        store(c + i * c_stride + WIDTH, sums[i][1]);
    }
}

#define TILE_CASE(n) \
    case n: tile(n, k, a, a_row, a_k, b, b_stride, c, c_stride, accumulate); break;

#if TILE_ROWS > 6
#define TILE_CASES                                                                                                                \
    TILE_CASE(1) TILE_CASE(2) TILE_CASE(3) TILE_CASE(4) TILE_CASE(5) TILE_CASE(6) TILE_CASE(7) TILE_CASE(8) TILE_CASE(9)          \
    TILE_CASE(10) TILE_CASE(11) TILE_CASE(12) TILE_CASE(13) TILE_CASE(14)
#else
#define TILE_CASES TILE_CASE(1) TILE_CASE(2) TILE_CASE(3) TILE_CASE(4) TILE_CASE(5) TILE_CASE(6)
#endif

// One tile of a packed left-hand block: element (i, l) at a[l * TILE_ROWS + i].
static void packed_tile(size_t rows, size_t k, const float *restrict a, const float *restrict b, float *restrict c, size_t c_stride,
                        int accumulate) {
    const size_t a_row = 1, a_k = TILE_ROWS, b_stride = PANEL_WIDTH;
    switch (rows) {
        TILE_CASES
    default: break;
    }
}

// One tile of plain rows, which lie a_row apart, and a right-hand side whose rows lie b_stride apart.
static void plain_tile(size_t rows, size_t k, const float *restrict a, size_t a_row, const float *restrict b, size_t b_stride,
                       float *restrict c, size_t c_stride, int accumulate) {
    const size_t a_k = 1;
    switch (rows) {
        TILE_CASES
    default: break;
    }
}

// Copies the columns of c that exist into a whole tile, or back.
static void copy_tile(size_t rows, size_t width, const float *restrict from, size_t from_stride, float *restrict to, size_t to_stride) {
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < width; j++) to[i * to_stride + j] = from[i * from_stride + j];
}

// One tile's rows against one panel; a is packed, or plain with rows a_row apart.
static void panel_rows(int is_packed, size_t rows, size_t width, size_t k, const float *restrict a, size_t a_row,
                       const float *restrict panel, float *restrict c, size_t c_stride, int accumulate) {
    for (size_t at = 0; at < width; at += 2 * WIDTH) {
        float edge[TILE_ROWS * 2 * WIDTH];
        const size_t here = width - at < 2 * WIDTH ? width - at : 2 * WIDTH;
        const int is_edge = here < 2 * WIDTH;
        float *restrict target = is_edge ? edge : c + at;
        const size_t stride = is_edge ? 2 * WIDTH : c_stride;
        if (is_edge && accumulate) copy_tile(rows, here, c + at, c_stride, edge, stride);
        if (is_packed) packed_tile(rows, k, a, panel + at, target, stride, accumulate);
        else plain_tile(rows, k, a, a_row, panel + at, PANEL_WIDTH, target, stride, accumulate);
        if (is_edge) copy_tile(rows, here, edge, stride, c + at, c_stride);
    }
}

// Packs a block of a [rows, k] into tiles of about equal height: tile t at packed + t * TILE_ROWS * k.
static void pack_rows(size_t rows, size_t tiles, size_t k, const float *restrict a, size_t m_stride, size_t k_stride,
                      float *restrict packed) {
    for (size_t t = 0; t < tiles; t++, packed += TILE_ROWS * k) {
        const size_t first = rows * t / tiles, height = rows * (t + 1) / tiles - first;
        const float *restrict source = a + first * m_stride;
        size_t l = 0;
        if (k_stride == 1) {
            // Each store covers a whole vector; what spills past TILE_ROWS is overwritten by the next one.
            for (; l + WIDTH <= k; l += WIDTH) {
                vector block[WIDTH];
                for (size_t i = 0; i < WIDTH; i++) block[i] = i < height ? load(source + i * m_stride + l) : broadcast(0);
                transpose(block);
                for (size_t i = 0; i < WIDTH; i++) store(packed + (l + i) * TILE_ROWS, block[i]);
            }
        } else if (m_stride == 1 && first + WIDTH <= rows) {
            for (; l < k; l++) store(packed + l * TILE_ROWS, load(source + l * k_stride));
        }
        for (; l < k; l++)
            for (size_t i = 0; i < height; i++) packed[l * TILE_ROWS + i] = source[i * m_stride + l * k_stride];
    }
}

// c [m, n] (+)= a [m, k] b, where the panels of b hold `panel_depth` rows each, of which b's k rows begin at `packed`.
static void multiply_panels(size_t m, size_t n, size_t k, const float *restrict a, size_t m_stride, size_t k_stride,
                            const float *restrict packed, size_t panel_depth, float *restrict c, size_t c_stride, int accumulate,
                            float *restrict scratch) {
    const size_t tiles = (m + TILE_ROWS - 1) / TILE_ROWS;
    // Packing the rows pays only if many panels pass them; rows a multiple of 4 KiB apart would fall on the same cache lines.
    const int is_plain = k_stride == 1 && (m <= 6 || (n <= 128 && m_stride % 1024 != 0));
    const size_t block = is_plain && m <= 6 ? k : DEPTH;
    for (size_t start = 0; start < k || start == 0; start += DEPTH > block ? DEPTH : block) {
        const size_t depth = k - start < block ? k - start : block;
        const float *restrict left = a + start * k_stride;
        if (!is_plain) pack_rows(m, tiles, depth, left, m_stride, k_stride, scratch);
        for (size_t first = 0; first < n; first += PANEL_WIDTH) {
            const size_t width = n - first < PANEL_WIDTH ? n - first : PANEL_WIDTH;
            const float *restrict panel = packed + first * panel_depth + start * PANEL_WIDTH;
            for (size_t t = 0; t < tiles; t++) {
                const size_t row = m * t / tiles, height = m * (t + 1) / tiles - row;
                const float *restrict rows = is_plain ? left + row * m_stride : scratch + t * TILE_ROWS * depth;
                panel_rows(!is_plain, height, width, depth, rows, m_stride, panel, c + row * c_stride + first, c_stride,
                           accumulate || start > 0);
            }
        }
    }
}

static void multiply_packed(size_t m, size_t n, size_t k, const float *restrict a, size_t m_stride, size_t k_stride,
                            const float *restrict packed, float *restrict c, size_t c_stride, int accumulate, float *restrict scratch) {
    multiply_panels(m, n, k, a, m_stride, k_stride, packed, k, c, c_stride, accumulate, scratch);
}

static void pack_panels(size_t n, size_t k, const float *restrict b, size_t k_stride, size_t n_stride, float *restrict packed) {
    for (size_t first = 0; first < n; first += PANEL_WIDTH) {
        const size_t width = n - first < PANEL_WIDTH ? n - first : PANEL_WIDTH;
        const float *restrict source = b + first * n_stride;
        float *restrict panel = packed + first * k;
        size_t l = 0;
        if (n_stride == 1 && width % WIDTH == 0) {
            for (; l < k; l++)
                for (size_t j = 0; j < PANEL_WIDTH; j += WIDTH)
                    store(panel + l * PANEL_WIDTH + j, j < width ? load(source + l * k_stride + j) : broadcast(0));
        } else if (k_stride == 1) {
            for (; l + WIDTH <= k; l += WIDTH) {
                for (size_t j = 0; j < PANEL_WIDTH; j += WIDTH) {
                    vector block[WIDTH];
                    if (j + WIDTH <= width) {
#pragma clang loop unroll(full)
                        for (size_t i = 0; i < WIDTH; i++) block[i] = load(source + (j + i) * n_stride + l);
                    } else {
                        for (size_t i = 0; i < WIDTH; i++) block[i] = j + i < width ? load(source + (j + i) * n_stride + l) : broadcast(0);
                    }
                    transpose(block);
                    for (size_t i = 0; i < WIDTH; i++) store(panel + (l + i) * PANEL_WIDTH + j, block[i]);
                }
            }
        }
        for (; l < k; l++)
            for (size_t j = 0; j < PANEL_WIDTH; j++)
                panel[l * PANEL_WIDTH + j] = j < width ? source[l * k_stride + j * n_stride] : 0;
    }
}
