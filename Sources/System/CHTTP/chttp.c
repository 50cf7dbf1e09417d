#include "chttp.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LONGEST_FIELD 1024

typedef struct chttp_exchange {
    struct chttp_exchange *next;
    uint64_t number;
    CURL *curl;
    struct curl_slist *headers;
    uint8_t *sent;
    uint8_t *body;
    size_t count, room, most_bytes;
    size_t header_bytes;
    bool is_header_too_long, is_too_long, is_out_of_memory;
    char location[LONGEST_FIELD], retry_after[LONGEST_FIELD], announced_length[LONGEST_FIELD];
    char message[CURL_ERROR_SIZE];
} chttp_exchange;

struct chttp_loop {
    CURLM *multi;
    chttp_exchange *exchanges;
};

static void exchange_free(chttp_exchange *exchange) {
    if (exchange->curl) curl_easy_cleanup(exchange->curl);
    curl_slist_free_all(exchange->headers);
    free(exchange->sent);
    free(exchange->body);
    free(exchange);
}

chttp_loop *chttp_open(size_t connections) {
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return NULL;
    chttp_loop *loop = calloc(1, sizeof *loop);
    if (!loop) return NULL;
    loop->multi = curl_multi_init();
    if (!loop->multi) {
        free(loop);
        return NULL;
    }
    curl_multi_setopt(loop->multi, CURLMOPT_MAXCONNECTS, (long)connections);
    return loop;
}

void chttp_close(chttp_loop *loop) {
    while (loop->exchanges) chttp_cancel(loop, loop->exchanges->number);
    curl_multi_cleanup(loop->multi);
    free(loop);
}

static size_t take_body(char *bytes, size_t size, size_t count, void *self) {
    chttp_exchange *exchange = self;
    count *= size;
    if (count > exchange->most_bytes - exchange->count) {
        exchange->is_too_long = true;
        return 0;
    }
    if (count > exchange->room - exchange->count) {
        size_t room = exchange->room < 4096 ? 4096 : exchange->room;
        while (room - exchange->count < count) room *= 2;
        uint8_t *body = realloc(exchange->body, room);
        if (!body) {
            exchange->is_out_of_memory = true;
            return 0;
        }
        exchange->body = body;
        exchange->room = room;
    }
    memcpy(exchange->body + exchange->count, bytes, count);
    exchange->count += count;
    return count;
}

/// Keeps the value of a header line that begins with `name`.
static void keep(char *field, const char *name, const char *line, size_t count) {
    size_t length = strlen(name);
    if (count <= length || line[length] != ':' || strncasecmp(line, name, length) != 0) return;
    const char *value = line + length + 1;
    count -= length + 1;
    while (count > 0 && (*value == ' ' || *value == '\t')) value++, count--;
    while (count > 0 && (value[count - 1] == '\r' || value[count - 1] == '\n' || value[count - 1] == ' ')) count--;
    if (count > LONGEST_FIELD - 1) count = LONGEST_FIELD - 1;
    memcpy(field, value, count);
    field[count] = 0;
}

static size_t take_header(char *line, size_t size, size_t count, void *self) {
    chttp_exchange *exchange = self;
    count *= size;
    exchange->header_bytes += count;
    if (exchange->header_bytes > CHTTP_MOST_HEADER) {
        exchange->is_header_too_long = true;
        return 0;
    }
    // Each answer begins anew: one may come behind others that only say to go on.
    if (count >= 5 && memcmp(line, "HTTP/", 5) == 0) {
        exchange->location[0] = exchange->retry_after[0] = exchange->announced_length[0] = 0;
    }
    keep(exchange->location, "location", line, count);
    keep(exchange->retry_after, "retry-after", line, count);
    keep(exchange->announced_length, "content-length", line, count);
    return count;
}

static bool add_header(chttp_exchange *exchange, const char *line) {
    struct curl_slist *longer = curl_slist_append(exchange->headers, line);
    if (longer) exchange->headers = longer;
    return longer != NULL;
}

static chttp_end prepare(chttp_exchange *exchange, const chttp_request *request) {
    CURL *curl = exchange->curl = curl_easy_init();
    if (!curl) return CHTTP_OUT_OF_MEMORY;
    bool fits = true;
#define SET(option, value) fits &= curl_easy_setopt(curl, option, value) == CURLE_OK
    SET(CURLOPT_ERRORBUFFER, exchange->message);
    SET(CURLOPT_PRIVATE, exchange);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    if (curl_easy_setopt(curl, CURLOPT_URL, request->url) != CURLE_OK) return CHTTP_BAD_ADDRESS;
    if (!request->may_pass_proxy) SET(CURLOPT_PROXY, "");
    SET(CURLOPT_USERAGENT, request->agent);
    SET(CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
    SET(CURLOPT_TIMEOUT_MS, (long)(request->seconds * 1000));
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)((request->seconds < 30 ? request->seconds : 30) * 1000));
    SET(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)request->most_bytes);
    SET(CURLOPT_TCP_KEEPALIVE, 1L);
    // Or the end of a process waits for the name server.
    SET(CURLOPT_QUICK_EXIT, 1L);
    SET(CURLOPT_WRITEFUNCTION, take_body);
    SET(CURLOPT_WRITEDATA, exchange);
    SET(CURLOPT_HEADERFUNCTION, take_header);
    SET(CURLOPT_HEADERDATA, exchange);
    if (request->body) {
        exchange->sent = malloc(request->count + 1);
        if (!exchange->sent) return CHTTP_OUT_OF_MEMORY;
        memcpy(exchange->sent, request->body, request->count);
        SET(CURLOPT_POST, 1L);
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->count);
        SET(CURLOPT_POSTFIELDS, (const char *)exchange->sent);
        // A server that does not know the word would be waited for a second long.
        fits &= add_header(exchange, "Expect:");
        fits &= add_header(exchange, "Content-Type: application/json");
    }
    if (request->authorization) fits &= add_header(exchange, request->authorization);
    SET(CURLOPT_HTTPHEADER, exchange->headers);
#undef SET
    return fits ? CHTTP_DONE : CHTTP_OUT_OF_MEMORY;
}

chttp_end chttp_start(chttp_loop *loop, uint64_t number, const chttp_request *request) {
    chttp_exchange *exchange = calloc(1, sizeof *exchange);
    if (!exchange) return CHTTP_OUT_OF_MEMORY;
    exchange->number = number;
    exchange->most_bytes = request->most_bytes;
    chttp_end end = prepare(exchange, request);
    if (end == CHTTP_DONE && curl_multi_add_handle(loop->multi, exchange->curl) != CURLM_OK) end = CHTTP_OUT_OF_MEMORY;
    if (end != CHTTP_DONE) {
        exchange_free(exchange);
        return end;
    }
    exchange->next = loop->exchanges;
    loop->exchanges = exchange;
    return CHTTP_DONE;
}

/// Takes an exchange out of the loop; the caller frees it.
static void leave(chttp_loop *loop, chttp_exchange *exchange) {
    curl_multi_remove_handle(loop->multi, exchange->curl);
    for (chttp_exchange **place = &loop->exchanges; *place; place = &(*place)->next) {
        if (*place != exchange) continue;
        *place = exchange->next;
        return;
    }
}

void chttp_cancel(chttp_loop *loop, uint64_t number) {
    for (chttp_exchange *exchange = loop->exchanges; exchange; exchange = exchange->next) {
        if (exchange->number != number) continue;
        leave(loop, exchange);
        exchange_free(exchange);
        return;
    }
}

static chttp_end end_of(const chttp_exchange *exchange, CURLcode code) {
    if (exchange->is_header_too_long) return CHTTP_HEADER_TOO_LONG;
    if (exchange->is_too_long) return CHTTP_TOO_LONG;
    if (exchange->is_out_of_memory) return CHTTP_OUT_OF_MEMORY;
    switch (code) {
    case CURLE_OK: return CHTTP_DONE;
    case CURLE_OPERATION_TIMEDOUT: return CHTTP_TIMED_OUT;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY: return CHTTP_NO_HOST;
    case CURLE_COULDNT_CONNECT: return CHTTP_NOTHING_LISTENS;
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR: return CHTTP_BROKEN_OFF;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR: return CHTTP_NOT_SECURE;
    case CURLE_FILESIZE_EXCEEDED: return CHTTP_TOO_LONG;
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM: return CHTTP_NOT_HTTP;
    case CURLE_URL_MALFORMAT: return CHTTP_BAD_ADDRESS;
    case CURLE_OUT_OF_MEMORY: return CHTTP_OUT_OF_MEMORY;
    default: return CHTTP_FAILED;
    }
}

void chttp_turn(chttp_loop *loop, void *context, chttp_receive receive) {
    int running = 0;
    curl_multi_perform(loop->multi, &running);
    int left = 0;
    bool is_any = false;
    for (CURLMsg *message; (message = curl_multi_info_read(loop->multi, &left));) {
        if (message->msg != CURLMSG_DONE) continue;
        is_any = true;
        CURLcode code = message->data.result;
        CURL *curl = message->easy_handle;
        chttp_exchange *exchange = NULL;
        curl_easy_getinfo(curl, CURLINFO_PRIVATE, &exchange);
        chttp_response response = {
            .end = end_of(exchange, code), .body = exchange->body, .count = exchange->count, .location = exchange->location,
            .retry_after = exchange->retry_after,
            // What is too long once unpacked was announced as something else.
            .announced_length = exchange->is_too_long ? "" : exchange->announced_length,
        };
        // libcurl ends the reading of a header at a length that no number holds.
        if (code == CURLE_FILESIZE_EXCEEDED && !exchange->announced_length[0]) response.announced_length = "more than 9223372036854775807";
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &response.status);
        response.message = exchange->message[0] || code == CURLE_OK ? exchange->message : curl_easy_strerror(code);
        leave(loop, exchange);
        receive(context, exchange->number, &response);
        exchange_free(exchange);
    }
    // What has ended may make room for what the caller wants to begin.
    if (!is_any) curl_multi_poll(loop->multi, NULL, 0, 60000, NULL);
}

void chttp_wake(chttp_loop *loop) { curl_multi_wakeup(loop->multi); }
