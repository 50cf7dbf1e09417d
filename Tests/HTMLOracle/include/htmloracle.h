#ifndef HTMLORACLE_H
#define HTMLORACLE_H

#include <stddef.h>

/// The text of a page in UTF-8 as libxml2's HTML parser sees it, all of it, to be freed with `free`; NULL where it sees no page.
char *htmloracle_text(const char *page, size_t count);

#endif
