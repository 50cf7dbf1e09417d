// Attention by blocks of query rows; see reference_attention.h for the formulas. A masked entry has the probability 0, and a chain
// that passes it keeps its value, so a block computes all its keys for all its rows.

enum { VALUE_DEPTH = 256 };

// scores [n] of the keys first ... first + n - 1 become exp(cap(scale * score) - maximum) within [low, high], 0 outside.
static inline void softmax_row(size_t n, size_t low, size_t high, float scale, float cap, float *restrict scores, float *restrict sum,
                               float *restrict maximum) {
    const int_lanes steps = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    const lanes nothing = splat(-__builtin_inff());
    lanes most = nothing;
    for (size_t j = 0; j < n; j += LANES) {
        lanes s = splat(scale) * load_lanes(scores + j);
        if (cap > 0) s = splat(cap) * tanh_lanes(s * splat(1 / cap));
        if (j < low || j + LANES - 1 > high) {
            const int_lanes index = (int_lanes)((int32_t)j) + steps;
            s = select_lanes(index >= (int_lanes)((int32_t)low), s, nothing);
            s = select_lanes(index <= (int_lanes)((int32_t)high), s, nothing);
        }
        store_lanes(scores + j, s);
        most = larger(s, most);
    }
    *maximum = largest(most);
    lanes sums = splat(0);
    for (size_t j = 0; j < n; j += LANES) {
        const lanes p = exp_lanes(load_lanes(scores + j) - splat(*maximum));
        store_lanes(scores + j, p);
        sums += p;
    }
    float parts[LANES];
    store_lanes(parts, sums);
    *sum = lanes_sum(parts);
}

// result [m, d] = probabilities [m, n] values [n, d], values kv_stride apart; result rows lie d_padded apart.
static inline void weigh_values(size_t m, size_t n, size_t d, size_t d_padded, const float *restrict probabilities, size_t stride,
                                const float *restrict values, size_t kv_stride, float *restrict result, float *restrict panel) {
    if (m <= 6 && d % (2 * WIDTH) == 0) {
        for (size_t c = 0; c < d; c += 2 * WIDTH)
            plain_tile(m, n, probabilities, stride, values + c, kv_stride, result + c, d_padded, 0);
        return;
    }
    for (size_t j = 0; j < n; j += VALUE_DEPTH) {
        const size_t depth = n - j < VALUE_DEPTH ? n - j : VALUE_DEPTH;
        for (size_t c = 0; c < d; c += PANEL_WIDTH) {
            pack_panels(d - c < PANEL_WIDTH ? d - c : PANEL_WIDTH, depth, values + j * kv_stride + c, kv_stride, 1, panel);
            multiply_panels(m, PANEL_WIDTH, depth, probabilities + j, stride, 1, panel, depth, result + c, d_padded, j > 0, NULL);
        }
    }
}

static void attention(const AttentionShape *shape, const float *restrict q, const float *restrict keys, const float *restrict values,
                      float scale, float *restrict out, float *restrict log_sum_exp, float *restrict scratch) {
    const size_t d = shape->head_dim, group = shape->group, m = shape->rows * group, kv_stride = shape->kv_stride;
    const size_t d_padded = (d + PANEL_WIDTH - 1) / PANEL_WIDTH * PANEL_WIDTH;
    const size_t first = first_key(shape, shape->first_position) / PANEL_WIDTH * PANEL_WIDTH;
    const size_t n = shape->first_position + shape->rows - first;
    const size_t stride = attention_stride(n);
    float *restrict panel = scratch, *restrict queries = panel + PANEL_WIDTH * (VALUE_DEPTH + d_padded);
    float *restrict packed = queries + m * d_padded, *restrict scores = packed + (m + TILE_ROWS) * d_padded + PANEL_WIDTH;
    float *restrict result = queries;

    for (size_t r = 0; r < m; r++) {
        const float *restrict from = q + r / group * shape->q_stride + r % group * d;
        for (size_t c = 0; c < d; c++) queries[r * d + c] = from[c];
    }
    const size_t tiles = (m + TILE_ROWS - 1) / TILE_ROWS;
    if (m > 6) pack_rows(m, tiles, d, queries, d, 1, packed);
    for (size_t j = 0; j < n; j += PANEL_WIDTH) {
        pack_panels(n - j < PANEL_WIDTH ? n - j : PANEL_WIDTH, d, keys + (first + j) * kv_stride, 1, kv_stride, panel);
        for (size_t t = 0; t < tiles; t++) {
            const size_t row = m * t / tiles, height = m * (t + 1) / tiles - row;
            const float *restrict rows = m > 6 ? packed + t * TILE_ROWS * d : queries + row * d;
            panel_rows(m > 6, height, PANEL_WIDTH, d, rows, d, panel, scores + row * stride + j, stride, 0);
        }
    }
    float *restrict inverse = packed;
    for (size_t r = 0; r < m; r++) {
        const size_t position = shape->first_position + r / group, seen = first_key(shape, position);
        float sum, maximum;
        softmax_row(n, seen - first, position - first, scale, (float)shape->softcap, scores + r * stride, &sum, &maximum);
        inverse[r] = 1 / sum;
        if (log_sum_exp) log_sum_exp[r / group * shape->lse_stride + r % group] = maximum + real_log(sum);
    }
    weigh_values(m, n, d, d_padded, scores, stride, values + first * kv_stride, kv_stride, result, panel);
    for (size_t r = 0; r < m; r++) {
        float *restrict to = out + r / group * shape->q_stride + r % group * d;
        for (size_t c = 0; c < d; c++) to[c] = result[r * d_padded + c] * inverse[r];
    }
}
