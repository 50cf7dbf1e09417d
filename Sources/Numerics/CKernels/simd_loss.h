// Cross-entropy and log-probabilities by vectors; see reference_loss.h for the formulas.

static float row_maximum(size_t n, const float *restrict x) {
    lanes maximum = splat(-__builtin_inff());
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) maximum = larger(load_lanes(x + i), maximum);
    if (i < n) maximum = larger(load_some(x + i, n - i, -__builtin_inff()), maximum);
    return largest(maximum);
}

static float log_sum_exp(size_t n, const float *restrict x) {
    const float maximum = row_maximum(n, x);
    lanes sums = splat(0);
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) sums += exp_lanes(load_lanes(x + i) - splat(maximum));
    if (i < n) sums += exp_lanes(load_some(x + i, n - i, -__builtin_inff()) - splat(maximum));
    float parts[LANES];
    store_lanes(parts, sums);
    return maximum + real_log(lanes_sum(parts));
}

static void cross_entropy(size_t rows, size_t v, float *restrict logits, const int32_t *restrict targets,
                          const float *restrict gradient_scale, float *restrict losses) {
    for (size_t i = 0; i < rows; i++, logits += v) {
        if (targets[i] < 0) {
            __builtin_memset(logits, 0, v * sizeof *logits);
            losses[i] = 0;
            continue;
        }
        const size_t target = (size_t)targets[i];
        const float at_target = logits[target], maximum = row_maximum(v, logits);
        lanes sums = splat(0);
        size_t j = 0;
        for (; j + LANES <= v; j += LANES) {
            const lanes p = exp_lanes(load_lanes(logits + j) - splat(maximum));
            store_lanes(logits + j, p);
            sums += p;
        }
        if (j < v) {
            const lanes p = exp_lanes(load_some(logits + j, v - j, -__builtin_inff()) - splat(maximum));
            store_some(logits + j, v - j, p);
            sums += p;
        }
        float parts[LANES];
        store_lanes(parts, sums);
        const float sum = lanes_sum(parts), factor = gradient_scale[i] / sum;
        losses[i] = (maximum - at_target) + real_log(sum);
        for (j = 0; j < v; j++) logits[j] = logits[j] * factor;
        logits[target] -= gradient_scale[i];
    }
}

static void log_probability(size_t rows, size_t v, const float *restrict logits, const int32_t *restrict targets,
                            float *restrict log_probabilities) {
    for (size_t i = 0; i < rows; i++, logits += v)
        log_probabilities[i] = targets[i] < 0 ? 0 : logits[targets[i]] - log_sum_exp(v, logits);
}
