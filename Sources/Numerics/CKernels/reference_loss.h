// Cross-entropy over rows of logits: loss = log(sum exp(logits)) - logits[target]; the logits become
// gradient_scale * (softmax - one-hot). A negative target has loss 0 and gradient 0.

static REAL row_maximum(size_t n, const REAL *restrict x) {
    REAL maximum = x[0];
    for (size_t i = 1; i < n; i++) maximum = x[i] > maximum ? x[i] : maximum;
    return maximum;
}

static REAL log_sum_exp(size_t n, const REAL *restrict x) {
    const REAL maximum = row_maximum(n, x);
    REAL lanes[LANES] = {0};
    for (size_t i = 0; i < n; i++) lanes[i % LANES] += real_exp(x[i] - maximum);
    return maximum + real_log(lanes_sum(lanes));
}

static void cross_entropy(size_t rows, size_t v, REAL *restrict logits, const int32_t *restrict targets,
                          const REAL *restrict gradient_scale, REAL *restrict losses) {
    for (size_t i = 0; i < rows; i++, logits += v) {
        if (targets[i] < 0) {
            for (size_t j = 0; j < v; j++) logits[j] = 0;
            losses[i] = 0;
            continue;
        }
        const size_t target = (size_t)targets[i];
        const REAL at_target = logits[target], maximum = row_maximum(v, logits);
        REAL lanes[LANES] = {0};
        for (size_t j = 0; j < v; j++) {
            logits[j] = real_exp(logits[j] - maximum);
            lanes[j % LANES] += logits[j];
        }
        const REAL sum = lanes_sum(lanes), factor = gradient_scale[i] / sum;
        losses[i] = (maximum - at_target) + real_log(sum);
        for (size_t j = 0; j < v; j++) logits[j] = logits[j] * factor;
        logits[target] -= gradient_scale[i];
    }
}

static void log_probability(size_t rows, size_t v, const REAL *restrict logits, const int32_t *restrict targets,
                            REAL *restrict log_probabilities) {
    for (size_t i = 0; i < rows; i++, logits += v)
        log_probabilities[i] = targets[i] < 0 ? 0 : logits[targets[i]] - log_sum_exp(v, logits);
}
