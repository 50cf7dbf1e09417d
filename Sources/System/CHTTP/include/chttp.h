#ifndef CHTTP_H
#define CHTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The thin face of libcurl: many HTTP exchanges that one thread waits for in the kernel.
// It follows no redirect, keeps no cookie, reads no file of settings, and speaks http and https alone.
// Every exchange has an end: after `seconds`, after `most_bytes` of answer (unpacked, and announced), or after CHTTP_MOST_HEADER.

#define CHTTP_MOST_HEADER ((size_t)256 << 10)

typedef struct chttp_loop chttp_loop;

typedef enum {
    CHTTP_DONE,
    CHTTP_TIMED_OUT,
    CHTTP_NO_HOST,
    CHTTP_NOTHING_LISTENS,
    CHTTP_BROKEN_OFF,
    CHTTP_NOT_SECURE,
    /// The answer is longer than `most_bytes`, or says that it will be.
    CHTTP_TOO_LONG,
    CHTTP_HEADER_TOO_LONG,
    CHTTP_NOT_HTTP,
    /// The address cannot be used.
    CHTTP_BAD_ADDRESS,
    CHTTP_OUT_OF_MEMORY,
    CHTTP_FAILED,
} chttp_end;

typedef struct {
    const char *url;
    /// Sent as JSON by POST; NULL asks by GET.
    const uint8_t *body;
    size_t count;
    /// The whole header line, or NULL.
    const char *authorization;
    const char *agent;
    /// Whether a proxy that the environment names may see the request.
    bool may_pass_proxy;
    double seconds;
    size_t most_bytes;
} chttp_request;

/// What came back; the pointers are valid during the call that hands it over.
typedef struct {
    chttp_end end;
    /// 0 where no status line came.
    long status;
    const uint8_t *body;
    size_t count;
    /// Headers as they stand, cut at 1,023 bytes, "" where there is none.
    const char *location;
    const char *retry_after;
    const char *announced_length;
    /// libcurl's words for what went wrong.
    const char *message;
} chttp_response;

typedef void (*chttp_receive)(void *context, uint64_t number, const chttp_response *response);

/// NULL where memory is short. At most `connections` are kept open.
chttp_loop *chttp_open(size_t connections);
/// Ends every exchange without a word, and the loop.
void chttp_close(chttp_loop *loop);

/// Begins an exchange under a number of the caller's; the request is copied.
chttp_end chttp_start(chttp_loop *loop, uint64_t number, const chttp_request *request);
/// Ends an exchange without a word; nothing where there is none of this number.
void chttp_cancel(chttp_loop *loop, uint64_t number);
/// Waits until something happens, `chttp_wake` is called or a minute has passed; `receive` is called for every exchange that has ended.
void chttp_turn(chttp_loop *loop, void *context, chttp_receive receive);
/// Ends the waiting of `chttp_turn`, the present or the next one. The one function that any thread may call.
void chttp_wake(chttp_loop *loop);

#endif
