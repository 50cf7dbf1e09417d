// The 8-bit product with VNNI: vpdpbusd multiplies unsigned by signed bytes, so the left-hand side is shifted by 128, and the sums of a block
// begin at -128 times the sum of its column. They wrap around on the way and end exact.
#include "tables.h"

#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,fma"))), apply_to = function)
#define REAL float
#define REAL_IS_FLOAT
#define FMA __builtin_fmaf
#include "reference_math.h"
#include "simd_lanes.h"
#include "int8.h"
#define TILE_ROWS 14
#define BLOCK_STEPS (INT8_BLOCK / 4)

INLINE __m512i four_bytes(const uint8_t *p) {
    int32_t four;
    __builtin_memcpy(&four, p, sizeof four);
    return _mm512_set1_epi32(four);
}

// Where the sums of 16 columns of a block begin.
INLINE __m512i first_sums(const uint8_t *block, size_t half) {
    const __m256i sums = _mm256_loadu_si256((const __m256i *)(block + INT8_SUMS + 32 * half));
    return _mm512_sub_epi32(_mm512_setzero_si512(), _mm512_slli_epi32(_mm512_cvtepi16_epi32(sums), 7));
}

// The scales of 16 columns of a block.
INLINE __m512 scales_of(const uint8_t *block, size_t half) {
    const __m256i upper = _mm256_loadu_si256((const __m256i *)(block + INT8_SCALES + 32 * half));
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(upper), 16));
}

INLINE void add_block(float *restrict total, __m512i sums, float scale, __m512 factors) {
    const __m512 factor = _mm512_mul_ps(_mm512_set1_ps(scale), factors);
    _mm512_storeu_ps(total, _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums), factor, _mm512_loadu_ps(total)));
}

// totals [rows][PANEL_WIDTH]; every step asks for a part of what is `ahead`.
INLINE void vnni_tile(const size_t rows, size_t blocks, const uint8_t *restrict q, size_t q_stride, const float *restrict scales,
                      const uint8_t *restrict panel, float *restrict totals, const char *ahead, size_t ahead_step) {
    for (size_t b = 0; b < blocks; b++, q += INT8_BLOCK, panel += INT8_PANEL_BLOCK) {
        __m512i sums[TILE_ROWS][2];
        const __m512i first[2] = {first_sums(panel, 0), first_sums(panel, 1)};
#pragma clang loop unroll(full)
        for (size_t i = 0; i < rows; i++) sums[i][0] = first[0], sums[i][1] = first[1];
#pragma clang loop unroll(disable)
        for (size_t l = 0; l < BLOCK_STEPS; l++, ahead += ahead_step) {
            const __m512i b0 = _mm512_loadu_si512(panel + 4 * PANEL_WIDTH * l), b1 = _mm512_loadu_si512(panel + 4 * PANEL_WIDTH * l + 64);
            _mm_prefetch(ahead, _MM_HINT_T0);
            _mm_prefetch(ahead + 64, _MM_HINT_T0);
#pragma clang loop unroll(full)
            for (size_t i = 0; i < rows; i++) {
                const __m512i factor = four_bytes(q + i * q_stride + 4 * l);
                sums[i][0] = _mm512_dpbusd_epi32(sums[i][0], factor, b0);
                sums[i][1] = _mm512_dpbusd_epi32(sums[i][1], factor, b1);
            }
        }
        const __m512 factors[2] = {scales_of(panel, 0), scales_of(panel, 1)};
#pragma clang loop unroll(full)
        for (size_t i = 0; i < rows; i++) {
            add_block(totals + i * PANEL_WIDTH, sums[i][0], scales[i * blocks + b], factors[0]);
            add_block(totals + i * PANEL_WIDTH + 16, sums[i][1], scales[i * blocks + b], factors[1]);
        }
    }
}

// One row alone waits for its own sums, so four chains over a block run side by side; whole numbers add up the same in any order.
static void vnni_row(size_t blocks, const uint8_t *restrict q, const float *restrict scales, const uint8_t *restrict panel,
                     float *restrict totals) {
    __m512 both[2] = {_mm512_setzero_ps(), _mm512_setzero_ps()};
    for (size_t b = 0; b < blocks; b++, q += INT8_BLOCK, panel += INT8_PANEL_BLOCK) {
        __m512i sums[4][2];
        sums[0][0] = first_sums(panel, 0), sums[0][1] = first_sums(panel, 1);
#pragma clang loop unroll(full)
        for (size_t c = 1; c < 4; c++) sums[c][0] = sums[c][1] = _mm512_setzero_si512();
#pragma clang loop unroll(full)
        for (size_t l = 0; l < BLOCK_STEPS; l++) {
            const uint8_t *restrict from = panel + 4 * PANEL_WIDTH * l;
            // The page after this one of a long panel is asked for while this one is used.
            _mm_prefetch((const char *)((uintptr_t)from + 4096), _MM_HINT_T0);
            _mm_prefetch((const char *)((uintptr_t)from + 4160), _MM_HINT_T0);
            const __m512i factor = four_bytes(q + 4 * l);
            sums[l % 4][0] = _mm512_dpbusd_epi32(sums[l % 4][0], factor, _mm512_loadu_si512(from));
            sums[l % 4][1] = _mm512_dpbusd_epi32(sums[l % 4][1], factor, _mm512_loadu_si512(from + 64));
        }
#pragma clang loop unroll(full)
        for (size_t h = 0; h < 2; h++) {
            const __m512i sum = _mm512_add_epi32(_mm512_add_epi32(sums[0][h], sums[1][h]), _mm512_add_epi32(sums[2][h], sums[3][h]));
            both[h] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum), _mm512_mul_ps(_mm512_set1_ps(scales[b]), scales_of(panel, h)), both[h]);
        }
    }
    _mm512_storeu_ps(totals, both[0]);
    _mm512_storeu_ps(totals + 16, both[1]);
}

#define TILE_CASE(n) \
    case n: vnni_tile(n, blocks, left, q_stride, left_scales, packed, totals, ahead, ahead_step); break;

static void multiply(size_t m, size_t n, size_t k, const uint8_t *restrict q, size_t q_stride, const float *restrict scales,
                     const uint8_t *restrict packed, float *restrict y, size_t y_stride, int accumulate) {
    const size_t blocks = int8_blocks(k), tiles = (m + TILE_ROWS - 1) / TILE_ROWS, panel_bytes = blocks * INT8_PANEL_BLOCK;
    const size_t ahead_step = INT8_PANEL_BLOCK / BLOCK_STEPS / (tiles > 0 ? tiles : 1);
    for (size_t first = 0; first < n; first += PANEL_WIDTH, packed += panel_bytes) {
        const size_t width = n - first < PANEL_WIDTH ? n - first : PANEL_WIDTH;
        for (size_t t = 0; t < tiles; t++) {
            const size_t row = m * t / tiles, height = m * (t + 1) / tiles - row;
            const uint8_t *restrict left = q + row * q_stride;
            const float *restrict left_scales = scales + row * blocks;
            // Each tile asks for its part of the next panel, so that none waits for memory when it is its turn.
            const char *ahead = (const char *)(uintptr_t)((uintptr_t)packed + panel_bytes + panel_bytes * t / tiles);
            float totals[TILE_ROWS * PANEL_WIDTH] __attribute__((aligned(64)));
            __builtin_memset(totals, 0, height * PANEL_WIDTH * sizeof *totals);
            switch (height) {
            case 1: vnni_row(blocks, left, left_scales, packed, totals); break;
                TILE_CASE(2) TILE_CASE(3) TILE_CASE(4) TILE_CASE(5) TILE_CASE(6) TILE_CASE(7) TILE_CASE(8) TILE_CASE(9) TILE_CASE(10)
                TILE_CASE(11) TILE_CASE(12) TILE_CASE(13) TILE_CASE(14)
            default: break;
            }
            int8_store(height, width, totals, y + row * y_stride + first, y_stride, accumulate);
        }
    }
}

#include "int8_quantise.h"
#pragma clang attribute pop

const Int8Kernels int8_avx512_kernels = {INT8_SHIFTED, quantise, multiply};
const Int8Kernels int7_avx512_kernels = {INT7_SHIFTED, quantise, multiply};
#endif
