// Every kernel of every instruction set against plain C, bit for bit, on arrays that end where their memory ends: lengths up to two blocks
// and beyond, odd sizes, every misalignment. Meant to run under the sanitizers; see run.
#include "ckernels.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state = 88172645463325252u;
static size_t checks, failures;

static double uniform(void) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return (double)(state >> 11) * 0x1p-53 * 2 - 1;
}

// Memory that is given back all at once; `skew` elements of it lie before the array, so that it begins misaligned and ends at the end.
static void *blocks_of_memory[64];
static size_t block_count;

static void *array(size_t count, size_t size, size_t skew) {
    char *block = malloc((count + skew) * size + (count + skew == 0));
    blocks_of_memory[block_count++] = block;
    return block + skew * size;
}

static void release(void) {
    while (block_count > 0) free(blocks_of_memory[--block_count]);
}

static float *numbers(size_t count, double range, size_t skew) {
    float *x = array(count, sizeof(float), skew);
    for (size_t i = 0; i < count; i++) x[i] = (float)(range * uniform());
    return x;
}

static float *copy(const float *x, size_t count, size_t skew) {
    float *y = array(count, sizeof(float), skew);
    memcpy(y, x, count * sizeof(float));
    return y;
}

static void same(const char *what, const void *a, const void *b, size_t bytes, size_t n, size_t m, size_t k, int set) {
    checks++;
    if (memcmp(a, b, bytes) == 0) return;
    if (failures++ < 20) printf("%s differs: set %d, sizes %zu %zu %zu\n", what, set, n, m, k);
}

static int sets[4], set_count;

#define FOR_SETS for (int s = 0; s < set_count; s++)

static void elementwise(void) {
    const FloatKernels *plain = float_kernels(KERNELS_SCALAR);
    for (size_t n = 1; n <= 67; n++) {
        for (size_t skew = 0; skew < 4; skew++) {
            const size_t bytes = n * sizeof(float);
            const float *a = numbers(n, 6, skew), *b = numbers(n, 3, (skew + 1) % 4), *c = numbers(n, 2, skew);
            const float settings[ADAMW_SETTINGS] = {0.01f, 0.9f, 0.95f, 1e-8f, 0.1f, 5, 10, 0.5f};
            float *x[2][12];
            FOR_SETS {
                const FloatKernels *k = float_kernels(sets[s]);
                for (int v = 0; v < 2; v++) {
                    const FloatKernels *t = v ? k : plain;
                    const size_t at = v ? skew : 0;
                    for (int i = 0; i < 12; i++) x[v][i] = copy(c, n, at);
                    t->swiglu(n, a, b, x[v][0]);
                    t->swiglu_backward(n, c, a, b, x[v][1], x[v][2]);
                    t->geglu(n, a, b, x[v][3]);
                    t->geglu_backward(n, c, a, b, x[v][4], x[v][5]);
                    t->softcap(n, 1.5f, x[v][6]);
                    t->softcap_backward(n, 1.5f, a, x[v][7]);
                    t->add(n, a, x[v][8]);
                    t->axpy(n, 0.3f, a, x[v][8]);
                    t->scale(n, 1.7f, x[v][8]);
                    t->dropout(n, 5, 1u << 30, 1.25f, 77, x[v][9]);
                    for (size_t i = 0; i < n; i++) x[v][11][i] *= x[v][11][i];
                    t->adamw(n, x[v][9], a, x[v][10], x[v][11], settings);
                }
                for (int i = 0; i < 12; i++) same("elementwise", x[0][i], x[1][i], bytes, n, skew, (size_t)i, sets[s]);
                const float sums[2] = {plain->log_sum_exp(n, a), k->log_sum_exp(n, a)};
                const double squares[2] = {plain->sum_of_squares(n, a), k->sum_of_squares(n, a)};
                same("log_sum_exp", sums, sums + 1, sizeof(float), n, skew, 0, sets[s]);
                same("sum_of_squares", squares, squares + 1, sizeof(double), n, skew, 0, sets[s]);
            }
            release();
        }
    }
}

static void rows(void) {
    const FloatKernels *plain = float_kernels(KERNELS_SCALAR);
    for (size_t d = 1; d <= 67; d++) {
        for (size_t t = 1; t <= 3; t++) {
            const size_t n = t * d, skew = (d + t) % 4, bytes = n * sizeof(float);
            const float *x = numbers(n, 3, skew), *w = numbers(d, 1, skew), *dy = numbers(n, 1, 0);
            int32_t *targets = array(t, sizeof(int32_t), 0), *positions = array(t, sizeof(int32_t), 0);
            for (size_t i = 0; i < t; i++) targets[i] = (int32_t)((7 * i + 3) % d), positions[i] = (int32_t)(2 * i + 1);
            const float *scales = numbers(t, 1, 0), *cosines = numbers(8 * (d + 1) / 2, 1, 0), *sines = numbers(8 * (d + 1) / 2, 1, 0);
            float *y[2][8];
            FOR_SETS {
                for (int v = 0; v < 2; v++) {
                    const FloatKernels *k = v ? float_kernels(sets[s]) : plain;
                    y[v][0] = copy(x, n, v * skew);
                    y[v][1] = copy(scales, t, 0);
                    k->rms_norm(t, d, x, w, 1e-5f, y[v][0], y[v][1]);
                    y[v][2] = copy(dy, n, v * skew);
                    k->rms_norm_backward(t, d, dy, x, w, y[v][1], y[v][2]);
                    y[v][3] = copy(w, d, v * skew);
                    k->rms_norm_weight(t, d, d, dy, x, y[v][1], y[v][3]);
                    y[v][4] = copy(x, n, v * skew);
                    y[v][5] = copy(scales, t, 0);
                    k->cross_entropy(t, d, y[v][4], targets, scales, y[v][5]);
                    y[v][6] = copy(scales, t, 0);
                    k->log_probability(t, d, x, targets, y[v][6]);
                    y[v][7] = copy(x, n, v * skew);
                    if (d % 2 == 0) k->rope(t, 1, d, y[v][7], positions, cosines, sines, d % 4 == 0);
                }
                const size_t sizes[8] = {bytes, 4 * t, bytes, 4 * d, bytes, 4 * t, 4 * t, bytes};
                for (int i = 0; i < 8; i++) same("rows", y[0][i], y[1][i], sizes[i], t, d, (size_t)i, sets[s]);
            }
            release();
        }
    }
}

static void products(void) {
    const FloatKernels *plain = float_kernels(KERNELS_SCALAR);
    const size_t widths[] = {1, 5, 16, 17, 31, 32, 33, 48, 63, 64, 65};
    const size_t depths[] = {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 64, 255, 256, 257, 515};
    for (size_t m = 1; m <= 29; m++) {
        for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
            const size_t n = widths[w], k = depths[(m * 5 + w) % (sizeof depths / sizeof *depths)], skew = (m + w) % 4;
            const size_t padded = (n + PANEL_WIDTH - 1) / PANEL_WIDTH * PANEL_WIDTH;
            const float *a = numbers(m * k, 1, skew), *b = numbers(n * k, 1, skew), *c = numbers(m * n, 1, skew);
            FOR_SETS {
                for (int flags = 0; flags < 8; flags++) {
                    float *packed[2], *result[2];
                    for (int v = 0; v < 2; v++) {
                        const FloatKernels *t = v ? float_kernels(sets[s]) : plain;
                        packed[v] = array(padded * k, sizeof(float), v * skew);
                        t->pack_panels(n, k, b, flags & 1 ? 1 : n, flags & 1 ? k : 1, packed[v]);
                        result[v] = copy(c, m * n, v * skew);
                        t->multiply_packed(m, n, k, a, flags & 2 ? 1 : k, flags & 2 ? m : 1, packed[v], result[v], n, flags >> 2,
                                           array(multiply_scratch(m, k), sizeof(float), 0));
                    }
                    for (int accumulate = 0; accumulate < 2; accumulate++) {
                        float *thin[2];
                        for (int v = 0; v < 2; v++) {
                            thin[v] = copy(c, m * n, v * skew);
                            (v ? float_kernels(sets[s]) : plain)->multiply_thin(m, n, k, a, m, b, n, thin[v], n, accumulate);
                        }
                        same("multiply_thin", thin[0], thin[1], m * n * sizeof(float), m, n, k, sets[s]);
                    }
                    same("pack_panels", packed[0], packed[1], padded * k * sizeof(float), m, n, k, sets[s]);
                    same("multiply_packed", result[0], result[1], m * n * sizeof(float), m, n, k, sets[s]);
                    while (block_count > 3) free(blocks_of_memory[--block_count]);
                }
            }
            release();
        }
    }
}

// Numbers of which some are zeros, subnormal, or so small that their products are.
static float *small_numbers(size_t count, size_t skew) {
    float *x = numbers(count, 1, skew);
    for (size_t i = 0; i < count; i++) {
        const double which = uniform();
        x[i] *= which < -0.8 ? 0.0f : which < -0.5 ? 0x1p-64f : which < -0.2 ? 0x1p-126f : which < 0 ? 0x1p-100f : 1;
    }
    return x;
}

// The variant of AVX-512 where AVX512_BF16 is missing, which dispatch does not reach where it is there.
static const BFloatKernels *without_instruction(void) {
#if defined(__x86_64__)
    extern const BFloatKernels bfloat_avx512_fma_kernels;
    if (kernels_best() >= KERNELS_AVX512) return &bfloat_avx512_fma_kernels;
#endif
    return NULL;
}

static void bfloat_product(size_t m, size_t n, size_t k, int is_small) {
    const size_t skew = (m + n) % 4, words = (n + PANEL_WIDTH - 1) / PANEL_WIDTH * PANEL_WIDTH * ((k + 1) / 2);
    float *operands[3];
    for (int i = 0; i < 3; i++) {
        const size_t count = i == 0 ? m * k : i == 1 ? n * k : m * n;
        operands[i] = is_small ? small_numbers(count, skew) : numbers(count, 1, skew);
    }
    for (int s = 0; s <= set_count; s++) {
        const BFloatKernels *const kernels = s < set_count ? bfloat_kernels(sets[s]) : without_instruction();
        for (int flags = 0; flags < 8 && kernels; flags++) {
            uint32_t *packed[2];
            float *result[2];
            for (int v = 0; v < 2; v++) {
                const BFloatKernels *t = v ? kernels : bfloat_kernels(KERNELS_SCALAR);
                packed[v] = array(words, sizeof(uint32_t), v * skew);
                t->pack_pairs(n, k, operands[1], flags & 1 ? 1 : n, flags & 1 ? k : 1, packed[v]);
                result[v] = copy(operands[2], m * n, v * skew);
                t->multiply_pairs(m, n, k, operands[0], flags & 2 ? 1 : k, flags & 2 ? m : 1, packed[v], result[v], n, flags >> 2,
                                  array(multiply_pairs_scratch(m, k), sizeof(float), 0));
            }
            same("pack_pairs", packed[0], packed[1], words * sizeof(uint32_t), m, n, k, s);
            same("multiply_pairs", result[0], result[1], m * n * sizeof(float), m, n, k, s);
            while (block_count > 3) free(blocks_of_memory[--block_count]);
        }
    }
    release();
}

static void bfloat_products(void) {
    const size_t widths[] = {1, 5, 15, 16, 17, 31, 32, 33, 48, 63, 64, 65};
    const size_t depths[] = {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 65, 511, 512, 513, 1027};
    for (size_t m = 1; m <= 29; m++)
        for (size_t w = 0; w < sizeof widths / sizeof *widths; w++)
            bfloat_product(m, widths[w], depths[(m * 5 + w) % (sizeof depths / sizeof *depths)], (int)((m + w) % 2));
}

static void attention(void) {
    const FloatKernels *plain = float_kernels(KERNELS_SCALAR);
    for (size_t number = 0; number < 400; number++) {
        AttentionShape shape = {0};
        shape.rows = 1 + number % 19;
        shape.group = 1 + number % 4;
        shape.head_dim = 1 + (number * 7) % 67;
        shape.first_position = number % 3 == 0 ? 0 : (number * 11) % 70;
        shape.window = number % 5 == 0 ? 1 + number % 33 : 0;
        shape.softcap = number % 7 == 0 ? 2.5 : 0;
        const size_t kv_heads = 1 + number % 2, heads = kv_heads * shape.group, d = shape.head_dim, skew = number % 4;
        const size_t keys = shape.first_position + shape.rows;
        shape.q_stride = heads * d, shape.kv_stride = kv_heads * d, shape.lse_stride = heads;
        const size_t q_count = shape.rows * heads * d, kv_count = keys * kv_heads * d, lse_count = shape.rows * heads;
        const float *q = numbers(q_count, 2, skew), *k = numbers(kv_count, 2, skew), *v = numbers(kv_count, 1, skew);
        const float *dout = numbers(q_count, 1, skew), *lse = numbers(lse_count, 1, 0);
        FOR_SETS {
            float *out[2], *sums[2], *dq[2], *dk[2], *dv[2];
            for (int e = 0; e < 2; e++) {
                const FloatKernels *t = e ? float_kernels(sets[s]) : plain;
                out[e] = copy(q, q_count, e * skew), sums[e] = copy(lse, lse_count, 0), dq[e] = copy(q, q_count, 0);
                dk[e] = copy(k, kv_count, e * skew), dv[e] = copy(v, kv_count, e * skew);
                for (size_t head = 0; head < kv_heads; head++) {
                    const size_t at = head * shape.group * d, from = head * d;
                    float *space = array(attention_scratch(&shape), sizeof(float), 0);
                    t->attention(&shape, q + at, k + from, v + from, 0.3f, out[e] + at, sums[e] + head * shape.group, space);
                    float *more = array(attention_backward_scratch(&shape), sizeof(float), 0);
                    t->attention_backward(&shape, dout + at, q + at, k + from, v + from, out[e] + at, sums[e] + head * shape.group, 0.3f,
                                          dq[e] + at, dk[e] + from, dv[e] + from, more);
                }
            }
            same("attention", out[0], out[1], q_count * sizeof(float), shape.rows, keys, d, sets[s]);
            same("attention's sums", sums[0], sums[1], lse_count * sizeof(float), shape.rows, keys, d, sets[s]);
            same("attention's dq", dq[0], dq[1], q_count * sizeof(float), shape.rows, keys, d, sets[s]);
            same("attention's dk", dk[0], dk[1], kv_count * sizeof(float), shape.rows, keys, d, sets[s]);
            same("attention's dv", dv[0], dv[1], kv_count * sizeof(float), shape.rows, keys, d, sets[s]);
            while (block_count > 5) free(blocks_of_memory[--block_count]);
        }
        release();
    }
}

// The 8-bit kernels of a set, or those for 7 bits; after the last set, those of AVX-512 where run emulates its instructions.
static const Int8Kernels *int8_set(int s, int is_coarse) {
    if (s < set_count) return is_coarse ? int7_kernels(sets[s]) : int8_kernels(sets[s]);
#ifdef EMULATE_AVX512
    extern const Int8Kernels int8_avx512_kernels, int7_avx512_kernels;
    return is_coarse ? &int7_avx512_kernels : &int8_avx512_kernels;
#else
    return NULL;
#endif
}

// One product by 8 bits: rounded, packed and multiplied by the kernels of each set.
static void int8_product(size_t m, size_t n, size_t k, size_t skew, int is_coarse) {
    const size_t blocks = int8_blocks(k), row = blocks * INT8_BLOCK, panels = (n + PANEL_WIDTH - 1) / PANEL_WIDTH, y_stride = n + skew;
    float *x = numbers(m * k, 4, skew), *w = numbers(n * k, 1, skew), *start = numbers(m * y_stride, 1, 0);
    // Extreme values everywhere in one row of each, where 16-bit sums would saturate; a block of zeros, and one that counts as zeros.
    for (size_t l = 0; l < k; l++) x[l] = l == 0 ? 400 : 0, w[l] = l % INT8_BLOCK ? 0 : -1;
    for (size_t l = 0; l < k && l < INT8_BLOCK; l++) x[(m - 1) * k + l] = 0, w[(n - 1) * k + l] *= 1e-36f;
    const Int8Kernels *plain = is_coarse ? int7_kernels(KERNELS_SCALAR) : int8_kernels(KERNELS_SCALAR);
    uint8_t *q = array(n * row, 1, 0), *packed = array(panels * blocks * INT8_PANEL_BLOCK, 1, skew);
    float *columns = array(n * blocks, sizeof(float), skew);
    plain->quantise(n, k, w, is_coarse ? INT7_WEIGHTS : INT8_WEIGHTS, q, row, columns);
    for (size_t p = 0; p < panels; p++) {
        const size_t first = p * PANEL_WIDTH, width = n - first < PANEL_WIDTH ? n - first : PANEL_WIDTH;
        int8_pack_panel(width, k, q + first * row, columns + first * blocks, packed + p * blocks * INT8_PANEL_BLOCK);
    }
    float *expected = copy(start, m * y_stride, 0), *scales = array(m * blocks, sizeof(float), 0);
    uint8_t *rounded = array(m * row, 1, 0);
    plain->quantise(m, k, x, plain->form, rounded, row, scales);
    const size_t kept = block_count;
    for (int s = 0; s <= set_count; s++) {
        const Int8Kernels *t = int8_set(s, is_coarse);
        if (!t) continue;
        for (int form = INT8_WEIGHTS; form <= INT7_SHIFTED_BY_64; form++) {
            const size_t bytes = int8_row_bytes(k, form), stride = bytes + skew;
            uint8_t *a = array(m * stride, 1, 0), *b = array(m * stride, 1, skew);
            memset(a, 7, m * stride), memset(b, 7, m * stride);
            float *a_scales = array(m * blocks, sizeof(float), 0), *b_scales = array(m * blocks, sizeof(float), skew);
            plain->quantise(m, k, x, form, a, stride, a_scales);
            t->quantise(m, k, x, form, b, stride, b_scales);
            same("quantise", a, b, m * stride, m, k, (size_t)form, s);
            same("quantise's scales", a_scales, b_scales, m * blocks * sizeof(float), m, k, (size_t)form, s);
        }
        for (int accumulate = 0; accumulate < 2; accumulate++) {
            const size_t stride = int8_row_bytes(k, t->form) + skew;
            uint8_t *left = array(m * stride, 1, skew);
            float *left_scales = array(m * blocks, sizeof(float), skew), *y = copy(start, m * y_stride, skew);
            memcpy(expected, start, m * y_stride * sizeof(float));
            plain->multiply(m, n, k, rounded, row, scales, packed, expected, y_stride, accumulate);
            t->quantise(m, k, x, t->form, left, stride, left_scales);
            t->multiply(m, n, k, left, stride, left_scales, packed, y, y_stride, accumulate);
            same("int8 multiply", expected, y, m * y_stride * sizeof(float), m, n, k, s);
        }
        while (block_count > kept) free(blocks_of_memory[--block_count]);
    }
    release();
}

static void int8_products(void) {
    for (int is_coarse = 0; is_coarse < 2; is_coarse++) {
        for (size_t k = 1; k <= 131; k++) int8_product(1 + k % 29, 1 + (k * 13) % 67, k, k % 4, is_coarse);
        for (size_t n = 1; n <= 67; n++) int8_product(1 + (n * 5) % 29, n, 1 + (n * 11) % 97, n % 4, is_coarse);
        for (size_t m = 1; m <= 43; m++)
            for (size_t skew = 0; skew < 4; skew++) int8_product(m, 33 + m % 7, 15 + m + 16 * skew, skew, is_coarse);
    }
}

static void conversions(void) {
    for (size_t n = 1; n <= 67; n++) {
        for (size_t skew = 0; skew < 4; skew++) {
            const float *x = numbers(n, skew == 3 ? 1e-5 : 1e3, skew);
            FOR_SETS {
                uint16_t *halves[2][2];
                float *back[2][2];
                for (int v = 0; v < 2; v++) {
                    const int set = v ? sets[s] : KERNELS_SCALAR;
                    for (int f = 0; f < 2; f++) {
                        halves[v][f] = array(n, sizeof(uint16_t), v * skew);
                        back[v][f] = array(n, sizeof(float), v * skew);
                        (f ? f32_to_f16 : f32_to_bf16)(set, n, x, halves[v][f]);
                        (f ? f16_to_f32 : bf16_to_f32)(set, n, halves[v][f], back[v][f]);
                    }
                }
                for (int f = 0; f < 2; f++) {
                    same("to 16 bits", halves[0][f], halves[1][f], 2 * n, n, skew, (size_t)f, sets[s]);
                    same("from 16 bits", back[0][f], back[1][f], 4 * n, n, skew, (size_t)f, sets[s]);
                }
            }
            release();
        }
    }
}

int main(void) {
    const int best = kernels_best();
    for (int set = KERNELS_SCALAR + 1; set <= best; set++)
        if (best != KERNELS_NEON || set == KERNELS_NEON) sets[set_count++] = set;
    elementwise();
    rows();
    products();
    bfloat_products();
    attention();
    int8_products();
    conversions();
    printf("%zu comparisons of %d instruction sets with plain C, %zu differences\n", checks, set_count, failures);
    return failures > 0;
}
