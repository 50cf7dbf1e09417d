#include "cxml.h"

#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct cxml_parser {
    xmlParserCtxtPtr libxml;
    size_t deepest;
    size_t most_attributes;
    size_t most_names;
    size_t depth;
    cxml_verdict verdict;
    size_t line;
    char message[256];
    bool has_started;
    // libxml2 compares each attribute of a tag with each other one, so they are counted before it sees them.
    size_t attributes;
    uint8_t last;
    void *context;
    cxml_element receive;
};

static void stop(cxml_parser *parser, cxml_verdict verdict) {
    if (parser->verdict != CXML_FINE) return;
    parser->verdict = verdict;
    if (parser->line == 0 && parser->libxml->input) parser->line = (size_t)parser->libxml->input->line;
    xmlStopParser(parser->libxml);
}

static void start_element(void *self, const xmlChar *name, const xmlChar **attributes) {
    cxml_parser *parser = self;
    if (parser->verdict != CXML_FINE) return;
    parser->depth++;
    if (parser->depth > parser->deepest) return stop(parser, CXML_TOO_DEEP);
    // libxml2 keeps every name, and finds them the slower the more there are.
    if ((size_t)xmlDictSize(parser->libxml->dict) > parser->most_names) return stop(parser, CXML_TOO_MANY_NAMES);
    long end = xmlByteConsumed(parser->libxml);
    parser->receive(
        parser->context, (const char *)name, (const char *const *)attributes, parser->depth, (size_t)parser->libxml->input->line,
        end > 0 ? (size_t)end : 0);
}

static void end_element(void *self, const xmlChar *name) {
    (void)name;
    cxml_parser *parser = self;
    if (parser->depth > 0) parser->depth--;
}

static void document_type(void *self, const xmlChar *name, const xmlChar *public_id, const xmlChar *system_id) {
    (void)name, (void)public_id, (void)system_id;
    stop(self, CXML_DOCUMENT_TYPE);
}

/// What libxml2 said last: after the first fatal error it goes no further.
static void note(cxml_parser *parser) {
    // Its constness differs between versions of libxml2.
    const xmlError *error = xmlCtxtGetLastError(parser->libxml);
    if (!error) return;
    parser->line = error->line > 0 ? (size_t)error->line : 1;
    const char *text = error->message ? error->message : "";
    size_t count = strlen(text);
    while (count > 0 && (text[count - 1] == '\n' || text[count - 1] == ' ')) count--;
    if (count >= sizeof parser->message) count = sizeof parser->message - 1;
    for (size_t i = 0; i < count; i++) parser->message[i] = text[i] == '\n' ? ' ' : text[i];
    parser->message[count] = 0;
}

cxml_parser *cxml_new(size_t deepest, size_t most_attributes, size_t most_names) {
    xmlInitParser();
    cxml_parser *parser = calloc(1, sizeof *parser);
    if (!parser) return NULL;
    parser->deepest = deepest;
    parser->most_attributes = most_attributes;
    parser->most_names = most_names;
    // A handler of SAX1 makes libxml2 leave namespaces alone, whose look-up is slow where there are many.
    xmlSAXHandler handler;
    memset(&handler, 0, sizeof handler);
    handler.initialized = 1;
    handler.startElement = start_element;
    handler.endElement = end_element;
    handler.internalSubset = document_type;
    parser->libxml = xmlCreatePushParserCtxt(&handler, parser, NULL, 0, NULL);
    if (!parser->libxml) {
        free(parser);
        return NULL;
    }
    // Without NOENT an ampersand in an attribute comes as a reference to itself. There are no entities to expand: a document type ends it.
    xmlCtxtUseOptions(parser->libxml, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC | XML_PARSE_NOENT);
    return parser;
}

void cxml_free(cxml_parser *parser) {
    if (!parser) return;
    if (parser->libxml->myDoc) xmlFreeDoc(parser->libxml->myDoc);
    xmlFreeParserCtxt(parser->libxml);
    free(parser);
}

/// False where a tag has too many attributes. No `<` can stand inside a tag and each attribute takes an equals sign before a quote, so
/// a tag has at most as many attributes as there are such signs behind the last `<`.
static bool has_few_attributes(cxml_parser *parser, const uint8_t *bytes, size_t count) {
    size_t attributes = parser->attributes;
    uint8_t last = parser->last;
    for (size_t i = 0; i < count; i++) {
        uint8_t byte = bytes[i];
        if (byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n') continue;
        if (byte == '<') attributes = 0;
        if ((byte == '"' || byte == '\'') && last == '=' && ++attributes > parser->most_attributes) return false;
        last = byte;
    }
    parser->attributes = attributes;
    parser->last = last;
    return true;
}

/// UTF-16 and UTF-32 begin with a mark, or with a zero byte beside the first `<`.
static bool is_wide(const uint8_t *bytes, size_t count) {
    return count >= 2 && (bytes[0] >= 0xFE || bytes[0] == 0 || bytes[1] == 0);
}

cxml_verdict cxml_feed(cxml_parser *parser, const uint8_t *bytes, size_t count, void *context, cxml_element receive) {
    if (parser->verdict != CXML_FINE) return parser->verdict;
    parser->context = context;
    parser->receive = receive;
    if (!parser->has_started && is_wide(bytes, count)) {
        stop(parser, CXML_NOT_UTF8);
        return parser->verdict;
    }
    parser->has_started = true;
    if (!has_few_attributes(parser, bytes, count)) {
        stop(parser, CXML_TOO_MANY_ATTRIBUTES);
        return parser->verdict;
    }
    xmlParseChunk(parser->libxml, (const char *)bytes, (int)count, count == 0);
    if (parser->verdict == CXML_FINE && !parser->libxml->wellFormed) {
        note(parser);
        stop(parser, CXML_MALFORMED);
    }
    return parser->verdict;
}

const char *cxml_message(const cxml_parser *parser) { return parser->message; }
size_t cxml_line(const cxml_parser *parser) { return parser->line; }
