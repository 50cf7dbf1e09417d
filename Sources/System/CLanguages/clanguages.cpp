#include "clanguages.h"

// The header of CLD2 names FILE without declaring it.
#include <stdio.h>

#include <cld2/public/compact_lang_det.h>

const char *clanguages_detect(const char *text, int count) {
    bool is_reliable = false;
    const CLD2::Language language = CLD2::DetectLanguage(text, count, true, &is_reliable);
    return is_reliable && language != CLD2::UNKNOWN_LANGUAGE ? CLD2::LanguageCode(language) : nullptr;
}
