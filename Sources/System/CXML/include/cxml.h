#ifndef CXML_H
#define CXML_H

#include <stddef.h>
#include <stdint.h>

// The thin face of libxml2: a parser that is fed pieces of XML in UTF-8 and tells of each start tag.
// It keeps no tree, opens no file and no address, and refuses document types, so there are no entities but the five of XML itself.
// Memory: the longest tag, which libxml2 bounds at 10 MB, and the names seen, whatever the length of the file.

typedef struct cxml_parser cxml_parser;

typedef enum {
    CXML_FINE,
    CXML_MALFORMED,
    CXML_DOCUMENT_TYPE,
    CXML_TOO_DEEP,
    CXML_TOO_MANY_ATTRIBUTES,
    CXML_TOO_MANY_NAMES,
    CXML_NOT_UTF8,
} cxml_verdict;

/// A start tag. `attributes` is name, value, name, value, NULL, or NULL where there is none; `depth` of the root is 1;
/// `end` is how many bytes of the input lie before the tag's `>` or `/>`. The pointers are valid during the call.
typedef void (*cxml_element)(
    void *context, const char *name, const char *const *attributes, size_t depth, size_t line, size_t end);

/// NULL where memory is short.
cxml_parser *cxml_new(size_t deepest, size_t most_attributes, size_t most_names);
void cxml_free(cxml_parser *parser);

/// Reads a piece of at most 1 GiB, an empty one at the end of the input; `receive` is called before it returns, on the same thread.
/// After anything but CXML_FINE nothing is read any more, and the verdict stays.
cxml_verdict cxml_feed(cxml_parser *parser, const uint8_t *bytes, size_t count, void *context, cxml_element receive);

/// What was wrong in libxml2's words, and the line it was found in, from 1; "" and 0 where nothing was.
const char *cxml_message(const cxml_parser *parser);
size_t cxml_line(const cxml_parser *parser);

#endif
