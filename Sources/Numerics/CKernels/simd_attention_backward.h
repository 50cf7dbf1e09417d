// The gradient of attention by blocks of query rows of one head; see reference_attention.h for the formulas. Keys and values are
// packed once for all blocks.

enum { BACKWARD_ROWS = 56 };

// scores become p = exp(cap(scale * score) - lse) and gradients ds = scale * (p * (dp - along)) * cap', both 0 outside [low, high].
static inline void gradient_row(size_t n, size_t low, size_t high, float scale, float cap, float lse, float along,
                                float *restrict scores, float *restrict gradients) {
    const int_lanes steps = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    for (size_t j = 0; j < n; j += LANES) {
        lanes s = splat(scale) * load_lanes(scores + j), slope = splat(1);
        if (cap > 0) {
            s = splat(cap) * tanh_lanes(s * splat(1 / cap));
            const lanes share = s * splat(1 / cap);
            slope = splat(1) - share * share;
        }
        lanes p = exp_lanes(s - splat(lse));
        lanes ds = splat(scale) * (p * (load_lanes(gradients + j) - splat(along))) * slope;
        if (j < low || j + LANES - 1 > high) {
            const int_lanes index = (int_lanes)((int32_t)j) + steps;
            const int_lanes inside = (index >= (int_lanes)((int32_t)low)) & (index <= (int_lanes)((int32_t)high));
            p = select_lanes(inside, p, splat(0));
            ds = select_lanes(inside, ds, splat(0));
        }
        store_lanes(scores + j, p);
        store_lanes(gradients + j, ds);
    }
}

static inline float row_product(size_t d, const float *restrict a, const float *restrict b) {
    lanes sums = splat(0);
    const size_t whole = d / LANES * LANES;
    for (size_t c = 0; c < whole; c += LANES) sums = fma_lanes(load_lanes(a + c), load_lanes(b + c), sums);
    float parts[LANES];
    store_lanes(parts, sums);
    for (size_t c = whole; c < d; c++) parts[c % LANES] = FMA(a[c], b[c], parts[c % LANES]);
    return lanes_sum(parts);
}

static void attention_backward(const AttentionShape *shape, const float *restrict dout, const float *restrict q,
                               const float *restrict keys, const float *restrict values, const float *restrict out,
                               const float *restrict log_sum_exp, float scale, float *restrict dq, float *restrict dkeys,
                               float *restrict dvalues, float *restrict scratch) {
    const size_t d = shape->head_dim, kv_stride = shape->kv_stride, q_stride = shape->q_stride;
    const size_t d_padded = (d + PANEL_WIDTH - 1) / PANEL_WIDTH * PANEL_WIDTH;
    const size_t all = shape->first_position + shape->rows, stride = attention_stride(all);
    const size_t all_padded = (all + PANEL_WIDTH - 1) / PANEL_WIDTH * PANEL_WIDTH;
    float *restrict turned_keys = scratch, *restrict turned_values = turned_keys + all_padded * d;
    float *restrict plain_keys = turned_values + all_padded * d, *restrict scores = plain_keys + all * d_padded;
    float *restrict gradients = scores + BACKWARD_ROWS * stride, *restrict panels = gradients + BACKWARD_ROWS * stride;
    float *restrict packed = panels + BACKWARD_ROWS * d_padded;

    pack_panels(all, d, keys, 1, kv_stride, turned_keys);
    pack_panels(all, d, values, 1, kv_stride, turned_values);
    pack_panels(d, all, keys, kv_stride, 1, plain_keys);
    for (size_t g = 0; g < shape->group; g++) {
        for (size_t i = 0; i < shape->rows; i += BACKWARD_ROWS) {
            const size_t m = shape->rows - i < BACKWARD_ROWS ? shape->rows - i : BACKWARD_ROWS;
            const size_t at = i * q_stride + g * d, position = shape->first_position + i;
            const size_t first = first_key(shape, position) / PANEL_WIDTH * PANEL_WIDTH, n = position + m - first;
            const size_t n_padded = (n + PANEL_WIDTH - 1) / PANEL_WIDTH * PANEL_WIDTH;
            multiply_panels(m, n_padded, d, q + at, q_stride, 1, turned_keys + first * d, d, scores, stride, 0, packed);
            multiply_panels(m, n_padded, d, dout + at, q_stride, 1, turned_values + first * d, d, gradients, stride, 0, packed);
            for (size_t r = 0; r < m; r++) {
                const size_t row = at + r * q_stride;
                gradient_row(n, first_key(shape, position + r) - first, position + r - first, scale, (float)shape->softcap,
                             log_sum_exp[(i + r) * shape->lse_stride + g], row_product(d, dout + row, out + row), scores + r * stride,
                             gradients + r * stride);
            }
            multiply_panels(m, d, n, gradients, stride, 1, plain_keys + first * PANEL_WIDTH, all, dq + at, q_stride, 1, packed);
            pack_panels(d, m, q + at, q_stride, 1, panels);
            multiply_panels(n, d, m, gradients, 1, stride, panels, m, dkeys + first * kv_stride, kv_stride, 1, packed);
            pack_panels(d, m, dout + at, q_stride, 1, panels);
            multiply_panels(n, d, m, scores, 1, stride, panels, m, dvalues + first * kv_stride, kv_stride, 1, packed);
        }
    }
}
