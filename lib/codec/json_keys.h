/*
 * json_keys - is a key given twice in an object? For json_scan alone.
 *
 * Shape      keys are compared after unescaping: few each with each, many by
 *            sorting their bytes, so that no input makes it slow.
 * Ownership  what it needs lies in the scanner's scratch, cleared at each call.
 */
#ifndef CODEC_JSON_KEYS_H
#define CODEC_JSON_KEYS_H

#include "codec/json_scan.h"

/*
 * The object is the last value of the scanner's nodes, all its n members are
 * there. The node of the first key that repeats one before it; 0: none.
 */
size_t json_keys_repeat(struct json_scanner *s, size_t object, size_t n);

#endif
