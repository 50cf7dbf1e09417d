// Causal attention of one group of query heads over one key/value head.
//   score_j = cap(scale * (q . k_j)), p_j = exp(score_j - max), out = (sum_j p_j v_j) / sum_j p_j, log_sum_exp = max + log(sum_j p_j)
// The scores are chains over head_dim, the values chains over the keys in order, the sum of p 16 lanes by key index.

static REAL dot_chain(size_t n, const REAL *restrict a, const REAL *restrict b) {
    REAL sum = 0;
    for (size_t i = 0; i < n; i++) sum = FMA(a[i], b[i], sum);
    return sum;
}

static void attention(const AttentionShape *shape, const REAL *restrict q, const REAL *restrict keys, const REAL *restrict values,
                      REAL scale, REAL *restrict out, REAL *restrict log_sum_exp, REAL *restrict scratch) {
    const size_t d = shape->head_dim;
    for (size_t i = 0; i < shape->rows; i++) {
        const size_t last = shape->first_position + i, first = first_key(shape, last);
        for (size_t g = 0; g < shape->group; g++) {
            const REAL *restrict query = q + i * shape->q_stride + g * d;
            REAL *restrict result = out + i * shape->q_stride + g * d;
            REAL maximum = -(REAL)__builtin_inf();
            for (size_t j = first; j <= last; j++) {
                const REAL score = capped(scale * dot_chain(d, query, keys + j * shape->kv_stride), (REAL)shape->softcap);
                scratch[j] = score;
                maximum = score > maximum ? score : maximum;
            }
            REAL lanes[LANES] = {0};
            for (size_t c = 0; c < d; c++) result[c] = 0;
            for (size_t j = first; j <= last; j++) {
                const REAL p = real_exp(scratch[j] - maximum), *restrict value = values + j * shape->kv_stride;
                lanes[j % LANES] += p;
                for (size_t c = 0; c < d; c++) result[c] = FMA(p, value[c], result[c]);
            }
            const REAL sum = lanes_sum(lanes), inverse = 1 / sum;
            for (size_t c = 0; c < d; c++) result[c] = result[c] * inverse;
            if (log_sum_exp) log_sum_exp[i * shape->lse_stride + g] = maximum + real_log(sum);
        }
    }
}

// With p_j = exp(score_j - log_sum_exp), D = dout . out and ds_j = scale * p_j * (dout . v_j - D), times 1 - (score_j / cap)^2 if capped:
//   dq += sum_j ds_j k_j,   dk_j += sum ds_j q,   dv_j += sum p_j dout, the last two over heads, then rows, in order.
static void attention_backward(const AttentionShape *shape, const REAL *restrict dout, const REAL *restrict q, const REAL *restrict keys,
                               const REAL *restrict values, const REAL *restrict out, const REAL *restrict log_sum_exp, REAL scale,
                               REAL *restrict dq, REAL *restrict dkeys, REAL *restrict dvalues, REAL *restrict scratch) {
    (void)scratch;
    const size_t d = shape->head_dim;
    const REAL cap = (REAL)shape->softcap;
    for (size_t g = 0; g < shape->group; g++) {
        for (size_t i = 0; i < shape->rows; i++) {
            const size_t row = i * shape->q_stride + g * d, last = shape->first_position + i;
            REAL lanes[LANES] = {0};
            for (size_t c = 0; c < d; c++) lanes[c % LANES] = FMA(dout[row + c], out[row + c], lanes[c % LANES]);
            const REAL along = lanes_sum(lanes), lse = log_sum_exp[i * shape->lse_stride + g];
            for (size_t j = first_key(shape, last); j <= last; j++) {
                const size_t key = j * shape->kv_stride;
                const REAL score = capped(scale * dot_chain(d, q + row, keys + key), cap), share = cap > 0 ? score * (1 / cap) : 0;
                const REAL p = real_exp(score - lse);
                const REAL ds = scale * (p * (dot_chain(d, dout + row, values + key) - along)) * (1 - share * share);
                for (size_t c = 0; c < d; c++) {
                    dq[row + c] = FMA(ds, keys[key + c], dq[row + c]);
                    dkeys[key + c] = FMA(ds, q[row + c], dkeys[key + c]);
                    dvalues[key + c] = FMA(p, dout[row + c], dvalues[key + c]);
                }
            }
        }
    }
}
