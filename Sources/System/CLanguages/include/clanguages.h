#ifndef CLANGUAGES_H
#define CLANGUAGES_H

#ifdef __cplusplus
extern "C" {
#endif

/// The code that CLD2 gives the language of a text in UTF-8, NULL where it cannot be told reliably. It keeps nothing between calls, so any
/// thread may call; the text of the code lasts as long as the program.
const char *clanguages_detect(const char *text, int count);

#ifdef __cplusplus
}
#endif
#endif
