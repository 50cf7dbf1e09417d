#include <stdio.h>

#include <cld2/public/compact_lang_det.h>
