// c [m, n] (+)= a [m, k] b [k, n], where b was packed into panels of PANEL_WIDTH columns, padded with zeros.

static void pack_panels(size_t n, size_t k, const REAL *restrict b, size_t k_stride, size_t n_stride, REAL *restrict packed) {
    for (size_t first = 0; first < n; first += PANEL_WIDTH) {
        const size_t width = n - first < PANEL_WIDTH ? n - first : PANEL_WIDTH;
        REAL *restrict panel = packed + first * k;
        for (size_t l = 0; l < k; l++) {
            const REAL *restrict row = b + l * k_stride + first * n_stride;
            for (size_t j = 0; j < width; j++) panel[l * PANEL_WIDTH + j] = row[j * n_stride];
            for (size_t j = width; j < PANEL_WIDTH; j++) panel[l * PANEL_WIDTH + j] = 0;
        }
    }
}

static void multiply_packed(size_t m, size_t n, size_t k, const REAL *restrict a, size_t m_stride, size_t k_stride,
                            const REAL *restrict packed, REAL *restrict c, size_t c_stride, int accumulate, REAL *restrict scratch) {
    (void)scratch;
    for (size_t first = 0; first < n; first += PANEL_WIDTH) {
        const size_t width = n - first < PANEL_WIDTH ? n - first : PANEL_WIDTH;
        const REAL *restrict panel = packed + first * k;
        for (size_t i = 0; i < m; i++) {
            REAL *restrict row = c + i * c_stride + first;
            REAL sums[PANEL_WIDTH] = {0};
            if (accumulate)
                for (size_t j = 0; j < width; j++) sums[j] = row[j];
            for (size_t l = 0; l < k; l++) {
                const REAL factor = a[i * m_stride + l * k_stride];
                for (size_t j = 0; j < PANEL_WIDTH; j++) sums[j] = FMA(factor, panel[l * PANEL_WIDTH + j], sums[j]);
            }
            for (size_t j = 0; j < width; j++) row[j] = sums[j];
        }
    }
}

// c [m, n] (+)= aT b, where a is [k, m] and b [k, n], both with rows that lie a stride apart.
static void multiply_thin(size_t m, size_t n, size_t k, const REAL *restrict a, size_t a_stride, const REAL *restrict b, size_t b_stride,
                          REAL *restrict c, size_t c_stride, int accumulate) {
    for (size_t i = 0; i < m; i++) {
        for (size_t j = 0; j < n; j++) {
            REAL sum = accumulate ? c[i * c_stride + j] : 0;
            for (size_t l = 0; l < k; l++) sum = FMA(a[l * a_stride + i], b[l * b_stride + j], sum);
            c[i * c_stride + j] = sum;
        }
    }
}
