#include "htmloracle.h"

#include <libxml/HTMLparser.h>
#include <stdlib.h>
#include <string.h>

char *htmloracle_text(const char *page, size_t count) {
    htmlDocPtr tree = htmlReadMemory(
        page, (int)count, NULL, "UTF-8", HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
    if (!tree) return NULL;
    xmlNodePtr root = xmlDocGetRootElement(tree);
    xmlChar *text = root ? xmlNodeGetContent(root) : NULL;
    char *copy = text ? strdup((const char *)text) : NULL;
    if (text) xmlFree(text);
    xmlFreeDoc(tree);
    return copy;
}
