// The numeric kernels of the engine: one table of functions for each scalar type and instruction set.
//
// Every element of a matrix product is one sequential chain of fused multiply-adds over k. Row sums use 16 virtual
// lanes (lane i sums the elements i, i + 16, ...) and then a fixed tree. So all tables of one type give equal bits.
// Matrices are row-major; strides count elements; sizes are size_t; nothing allocates.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include <stdint.h>

// The instruction sets with kernels of their own, those of one kind of processor in rising order.
enum { KERNELS_SCALAR = 0, KERNELS_AVX2 = 1, KERNELS_AVX512 = 2, KERNELS_NEON = 3 };

// The columns of one packed panel of a right-hand matrix: panel p holds [k][PANEL_WIDTH] of the columns from p * PANEL_WIDTH on.
enum { PANEL_WIDTH = 32 };

// One (segment, key/value head) of an attention: query row i, head g of the group at q + i * q_stride + g * head_dim; it sees the keys
// up to first_position + i, of those the last `window` (0: all). Keys and values of one token lie kv_stride apart.
typedef struct AttentionShape {
    size_t rows, group, head_dim, first_position, window, q_stride, kv_stride, lse_stride;
    double softcap; // scores become softcap * tanh(score / softcap); 0: they stay
} AttentionShape;

#define DECLARE_KERNELS(Name, Real)                                                                                                       \
    typedef struct Name {                                                                                                                 \
        void (*_Nonnull pack_panels)(size_t n, size_t k, const Real *_Nonnull b, size_t k_stride, size_t n_stride, Real *_Nonnull packed); \
        void (*_Nonnull multiply_packed)(size_t m, size_t n, size_t k, const Real *_Nonnull a, size_t m_stride, size_t k_stride,          \
                                         const Real *_Nonnull packed, Real *_Nonnull c, size_t c_stride, int accumulate,                  \
                                         Real *_Nonnull scratch);                                                                         \
        void (*_Nonnull multiply_thin)(size_t m, size_t n, size_t k, const Real *_Nonnull a, size_t a_stride, const Real *_Nonnull b,     \
                                       size_t b_stride, Real *_Nonnull c, size_t c_stride, int accumulate);                               \
        void (*_Nonnull rms_norm)(size_t rows, size_t d, const Real *_Nonnull x, const Real *_Nonnull weight, Real epsilon,               \
                                  Real *_Nonnull y, Real *_Nonnull inverse_rms);                                                          \
        void (*_Nonnull rms_norm_backward)(size_t rows, size_t d, const Real *_Nonnull dy, const Real *_Nonnull x,                        \
                                           const Real *_Nonnull weight, const Real *_Nonnull inverse_rms, Real *_Nonnull dx);             \
        void (*_Nonnull rms_norm_weight)(size_t rows, size_t columns, size_t stride, const Real *_Nonnull dy, const Real *_Nonnull x,     \
                                         const Real *_Nonnull inverse_rms, Real *_Nonnull dweight);                                       \
        void (*_Nonnull rope)(size_t tokens, size_t heads, size_t head_dim, Real *_Nonnull x, const int32_t *_Nonnull positions,          \
                              const Real *_Nonnull cosines, const Real *_Nonnull sines, int inverse);                                     \
        void (*_Nonnull swiglu)(size_t n, const Real *_Nonnull gate, const Real *_Nonnull up, Real *_Nonnull y);                          \
        void (*_Nonnull swiglu_backward)(size_t n, const Real *_Nonnull dy, const Real *_Nonnull gate, const Real *_Nonnull up,           \
                                         Real *_Nonnull dgate, Real *_Nonnull dup);                                                       \
        void (*_Nonnull attention)(const AttentionShape *_Nonnull shape, const Real *_Nonnull q, const Real *_Nonnull keys,               \
                                   const Real *_Nonnull values, Real scale, Real *_Nonnull out, Real *_Nullable log_sum_exp,              \
                                   Real *_Nonnull scratch);                                                                               \
        void (*_Nonnull attention_backward)(const AttentionShape *_Nonnull shape, const Real *_Nonnull dout, const Real *_Nonnull q,      \
                                            const Real *_Nonnull keys, const Real *_Nonnull values, const Real *_Nonnull out,             \
                                            const Real *_Nonnull log_sum_exp, Real scale, Real *_Nonnull dq, Real *_Nonnull dkeys,        \
                                            Real *_Nonnull dvalues, Real *_Nonnull scratch);                                              \
        void (*_Nonnull cross_entropy)(size_t rows, size_t v, Real *_Nonnull logits, const int32_t *_Nonnull targets,                     \
                                       const Real *_Nonnull gradient_scale, Real *_Nonnull losses);                                       \
        void (*_Nonnull log_probability)(size_t rows, size_t v, const Real *_Nonnull logits, const int32_t *_Nonnull targets,             \
                                         Real *_Nonnull log_probabilities);                                                               \
        Real (*_Nonnull log_sum_exp)(size_t n, const Real *_Nonnull x);                                                                   \
        void (*_Nonnull add)(size_t n, const Real *_Nonnull x, Real *_Nonnull y);                                                         \
        void (*_Nonnull scale)(size_t n, Real factor, Real *_Nonnull x);                                                                  \
        void (*_Nonnull axpy)(size_t n, Real factor, const Real *_Nonnull x, Real *_Nonnull y);                                           \
        double (*_Nonnull sum_of_squares)(size_t n, const Real *_Nonnull x);                                                              \
        void (*_Nonnull dropout)(size_t n, size_t first, uint32_t threshold, Real factor, uint64_t key, Real *_Nonnull x);                \
        void (*_Nonnull adamw)(size_t n, Real *_Nonnull parameter, const Real *_Nonnull gradient, Real *_Nonnull m, Real *_Nonnull v,     \
                               const Real *_Nonnull settings);                                                                            \
        void (*_Nonnull geglu)(size_t n, const Real *_Nonnull gate, const Real *_Nonnull up, Real *_Nonnull y);                           \
        void (*_Nonnull geglu_backward)(size_t n, const Real *_Nonnull dy, const Real *_Nonnull gate, const Real *_Nonnull up,            \
                                        Real *_Nonnull dgate, Real *_Nonnull dup);                                                        \
        void (*_Nonnull softcap)(size_t n, Real cap, Real *_Nonnull x);                                                                   \
        void (*_Nonnull softcap_backward)(size_t n, Real cap, const Real *_Nonnull y, Real *_Nonnull dy);                                 \
    } Name;

DECLARE_KERNELS(FloatKernels, float)
DECLARE_KERNELS(DoubleKernels, double)

// The kernels' settings of one AdamW step, by index into `settings`.
enum {
    ADAMW_LEARNING_RATE,
    ADAMW_BETA1,
    ADAMW_BETA2,
    ADAMW_EPSILON,
    ADAMW_WEIGHT_DECAY,
    ADAMW_CORRECTION1, // 1 / (1 - beta1^step)
    ADAMW_CORRECTION2, // 1 / (1 - beta2^step)
    ADAMW_GRADIENT_SCALE,
    ADAMW_SETTINGS
};

// Products of operands rounded to bfloat16, summed in float; see reference_bfloat.h. All variants lay panels out alike: a word holds two
// elements of k after each other, and panel p [k / 2, rounded up][PANEL_WIDTH] words from p * PANEL_WIDTH * (k / 2, rounded up) on.
typedef struct BFloatKernels {
    void (*_Nonnull pack_pairs)(size_t n, size_t k, const float *_Nonnull b, size_t k_stride, size_t n_stride, uint32_t *_Nonnull packed);
    void (*_Nonnull multiply_pairs)(size_t m, size_t n, size_t k, const float *_Nonnull a, size_t m_stride, size_t k_stride,
                                    const uint32_t *_Nonnull packed, float *_Nonnull c, size_t c_stride, int accumulate,
                                    float *_Nonnull scratch);
} BFloatKernels;

// Products of 8-bit integers in blocks of INT8_BLOCK along k, exact within a block.
//
// A row of k numbers is padded with zeros to whole blocks. A block passes an orthonormal Hadamard transform, which leaves the products of two
// rows as they are and spreads a number that is larger than the rest over the whole block; then it is rounded to whole numbers from -127
// to 127 with a scale of its own. A product is a sequential chain of fused multiply-adds over its blocks, from 0 on, of the whole number that
// a block's products add up to and the product of the two scales: the same bits in every variant.
// A panel holds, block after block, [INT8_BLOCK / 4][PANEL_WIDTH][4] numbers, the scale of each column (the upper half of a float) and the sum
// of its numbers (16 bits).
enum { INT8_BLOCK = 64, INT8_PANEL_BLOCK = PANEL_WIDTH * (INT8_BLOCK + 4) };

// What rows are rounded for: as weights (scales of 16 bits, rounded up), or as the left-hand side that the instructions of a variant want:
// numbers as they are, shifted by 128, or each block followed by its magnitudes.
// INT7 is the same for both sides of 7 bits: weights from -64 to 64, rows from -63 to 63, which AVX2 adds up half as fast again: shifted by 64
// the rows are unsigned, and four products stay below 2^15.
enum { INT8_WEIGHTS, INT7_WEIGHTS, INT8_SIGNED, INT8_SHIFTED, INT8_WITH_MAGNITUDES, INT7_SIGNED, INT7_SHIFTED, INT7_SHIFTED_BY_64 };

typedef struct Int8Kernels {
    // The form of left-hand sides.
    int form;
    // Each row of x [rows, k] becomes whole numbers, int8_row_bytes(k, form) of them used, rows q_stride apart; scales [rows][blocks].
    void (*_Nonnull quantise)(size_t rows, size_t k, const float *_Nonnull x, int form, uint8_t *_Nonnull q, size_t q_stride,
                              float *_Nonnull scales);
    // y (+)= q . packed, rows of y y_stride apart.
    void (*_Nonnull multiply)(size_t m, size_t n, size_t k, const uint8_t *_Nonnull q, size_t q_stride, const float *_Nonnull scales,
                              const uint8_t *_Nonnull packed, float *_Nonnull y, size_t y_stride, int accumulate);
} Int8Kernels;

static inline size_t int8_blocks(size_t k) { return (k + INT8_BLOCK - 1) / INT8_BLOCK; }
static inline size_t int8_row_bytes(size_t k, int form) { return int8_blocks(k) * INT8_BLOCK * (form == INT8_WITH_MAGNITUDES ? 2 : 1); }

// Lets the other thread of the core go on while this one looks at a variable again and again.
static inline void processor_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

// The best instruction set of this processor.
int kernels_best(void);

// The kernels for an instruction set that this processor has.
const FloatKernels *_Nonnull float_kernels(int instruction_set);
const DoubleKernels *_Nonnull double_kernels(int instruction_set);

const BFloatKernels *_Nonnull bfloat_kernels(int instruction_set);
// Whether this processor has an instruction for products of bfloat16.
int bfloat_is_native(void);

const Int8Kernels *_Nonnull int8_kernels(int instruction_set);
// The same with both sides of 7 bits.
const Int8Kernels *_Nonnull int7_kernels(int instruction_set);

// Lays n <= PANEL_WIDTH rows of rounded weights (end to end, with their scales [n][blocks]) out as one panel; the columns left over are zeros.
void int8_pack_panel(size_t n, size_t k, const uint8_t *_Nonnull q, const float *_Nonnull scales, uint8_t *_Nonnull panel);
// The k numbers that a column of a panel stands for; `x` has room for whole blocks.
void int8_unpack_column(size_t column, size_t k, const uint8_t *_Nonnull panel, float *_Nonnull x);

// Elements of scratch that the kernels need, enough for every instruction set.
size_t multiply_scratch(size_t m, size_t k);
size_t multiply_pairs_scratch(size_t m, size_t k);
size_t attention_scratch(const AttentionShape *_Nonnull shape);
size_t attention_backward_scratch(const AttentionShape *_Nonnull shape);

// Conversions between storage formats; rounding to nearest, ties to even; a NaN stays a (quiet) NaN.
void bf16_to_f32(int instruction_set, size_t n, const uint16_t *_Nonnull x, float *_Nonnull y);
void f32_to_bf16(int instruction_set, size_t n, const float *_Nonnull x, uint16_t *_Nonnull y);
void f16_to_f32(int instruction_set, size_t n, const uint16_t *_Nonnull x, float *_Nonnull y);
void f32_to_f16(int instruction_set, size_t n, const float *_Nonnull x, uint16_t *_Nonnull y);

// The block formats of GGUF files, by the format's own codes.
enum {
    BLOCKS_Q4_0 = 2, BLOCKS_Q4_1 = 3, BLOCKS_Q5_0 = 6, BLOCKS_Q5_1 = 7, BLOCKS_Q8_0 = 8, BLOCKS_Q2_K = 10, BLOCKS_Q3_K = 11,
    BLOCKS_Q4_K = 12, BLOCKS_Q5_K = 13, BLOCKS_Q6_K = 14, BLOCKS_IQ4_NL = 20, BLOCKS_IQ4_XS = 23, BLOCKS_MXFP4 = 39
};

// Blocks of numbers as floats, at any alignment; see dequantise.c.
void blocks_to_f32(int instruction_set, int format, size_t blocks, const uint8_t *_Nonnull x, float *_Nonnull y);

// Of each order the smallest place of a run, where x has the place p ^ p >> 15 with p = factor * x + offset.
void minhash_signature(int instruction_set, const uint32_t *_Nonnull runs, size_t run_count, const uint32_t *_Nonnull factors,
                       const uint32_t *_Nonnull offsets, size_t orders, uint32_t *_Nonnull signature);

// n thousand rounds of nothing but multiply-adds on registers; gives how many operations that were.
double peak_int8(int instruction_set, size_t n);
double peak_float(int instruction_set, size_t n);
// Reads n words and gives their sum, whatever it is.
uint64_t peak_reading(size_t n, const uint64_t *_Nonnull x);

#endif
