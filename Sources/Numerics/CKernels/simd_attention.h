// Attention by blocks of query rows; see reference_attention.h for the formulas. A masked entry has the probability 0, and a chain
// that passes it keeps its value, so a block computes all its keys for all its rows.

enum { VALUE_DEPTH = 256 };

// exp_lanes of numbers that are not above 0 and no NaN, operation for operation.
INLINE lanes exp_below_zero(lanes x) {
    const lanes inside = select_lanes(x < splat(-87.0f), splat(-87.0f), x);
    return select_lanes(x < splat(-87.0f), splat(0.0f), exp_inside(inside));
}

// The scores of one row become exp(cap(scale * score) - maximum) for the keys from low up to high, 0 for the others up to n.
static inline void softmax_row(size_t n, size_t low, size_t high, float scale, float cap, float *restrict scores, float *restrict sum,
                               float *restrict maximum) {
    const int_lanes steps = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    const lanes nothing = splat(-__builtin_inff());
    const size_t begin = low / LANES * LANES, end = (high + LANES) / LANES * LANES;
    for (size_t j = 0; j < begin; j += LANES) store_lanes(scores + j, splat(0));
    for (size_t j = end; j < n; j += LANES) store_lanes(scores + j, splat(0));
    lanes most = nothing;
    for (size_t j = begin; j < end; j += LANES) {
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
    for (size_t j = begin; j < end; j += LANES) {
        const lanes p = exp_below_zero(load_lanes(scores + j) - splat(*maximum));
        store_lanes(scores + j, p);
        sums += p;
    }
    float parts[LANES];
    store_lanes(parts, sums);
    *sum = lanes_sum(parts);
}

// The keys that the last of some rows sees, from the first key of the block on.
static inline size_t seen_keys(const AttentionShape *shape, size_t first, size_t last_row) {
    return shape->first_position + last_row / shape->group - first + 1;
}

// result [m, d] = probabilities [m, n] values [n, d], values kv_stride apart; result rows lie d_padded apart. A tile of rows ends with
// the last key that one of them sees.
static inline void weigh_values(const AttentionShape *shape, size_t first, size_t m, size_t n, size_t d, size_t d_padded,
                                const float *restrict probabilities, size_t stride, const float *restrict values, size_t kv_stride,
                                float *restrict result, float *restrict panel) {
    if (m <= 6 && d >= 2 * WIDTH) {
        for (size_t c = 0; c < d; c += 2 * WIDTH) {
            // The last columns are computed once more, with the same bits, where they do not fill a tile.
            const size_t column = c + 2 * WIDTH <= d ? c : d - 2 * WIDTH;
            plain_tile(m, n, probabilities, stride, values + column, kv_stride, result + column, d_padded, 0);
        }
        return;
    }
    const size_t tiles = (m + TILE_ROWS - 1) / TILE_ROWS;
    for (size_t j = 0; j < n; j += VALUE_DEPTH) {
        const size_t depth = n - j < VALUE_DEPTH ? n - j : VALUE_DEPTH;
        for (size_t c = 0; c < d; c += PANEL_WIDTH) {
            pack_panels(d - c < PANEL_WIDTH ? d - c : PANEL_WIDTH, depth, values + j * kv_stride + c, kv_stride, 1, panel);
            for (size_t t = 0; t < tiles; t++) {
                const size_t row = m * t / tiles, height = m * (t + 1) / tiles - row, seen = seen_keys(shape, first, row + height - 1);
                if (seen <= j) continue;
                panel_rows(0, height, PANEL_WIDTH, seen - j < depth ? seen - j : depth, probabilities + row * stride + j, stride, panel,
                           result + row * d_padded + c, d_padded, j > 0);
            }
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
            if (seen_keys(shape, first, row + height - 1) <= j) continue;
            const float *restrict rows = m > 6 ? packed + t * TILE_ROWS * d : queries + row * d;
            panel_rows(m > 6, height, PANEL_WIDTH, d, rows, d, panel, scores + row * stride + j, stride, 0);
        }
    }
    float *restrict inverse = packed;
    for (size_t t = 0; t < tiles; t++) {
        const size_t end = m * (t + 1) / tiles, length = seen_keys(shape, first, end - 1);
        for (size_t r = m * t / tiles; r < end; r++) {
            const size_t position = shape->first_position + r / group, low = first_key(shape, position);
            float sum, maximum;
            softmax_row(length, low - first, position - first, scale, (float)shape->softcap, scores + r * stride, &sum, &maximum);
            inverse[r] = 1 / sum;
            if (log_sum_exp) log_sum_exp[r / group * shape->lse_stride + r % group] = maximum + real_log(sum);
        }
    }
    weigh_values(shape, first, m, n, d, d_padded, scores, stride, values + first * kv_stride, kv_stride, result, panel);
    for (size_t r = 0; r < m; r++) {
        float *restrict to = out + r / group * shape->q_stride + r % group * d;
        for (size_t c = 0; c < d; c++) to[c] = result[r * d_padded + c] * inverse[r];
    }
}
