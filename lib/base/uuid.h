/*
 * uuid - the text of a UUID as 16 bytes, and back.
 *
 * Shape      canonical text alone: 36 characters, hex in lower case. Any other
 *            text, upper case too, is none, so that text -> bytes -> text is the
 *            identity. Version and variant are not looked at.
 * Order      pure; bytes in the order of the text.
 * Source     RFC 9562, section 4.
 * Example    "00010203-0405-0607-0809-0a0b0c0d0e0f" is the bytes 0, 1 ... 15.
 */
#ifndef BASE_UUID_H
#define BASE_UUID_H

#include <stdbool.h>

#include "base/str.h"

#define UUID_BYTES 16
#define UUID_TEXT 36 /* characters; nothing is terminated */

bool uuid_pack(struct str text, unsigned char out[UUID_BYTES]);
void uuid_unpack(const unsigned char bytes[UUID_BYTES], char out[UUID_TEXT]);

#endif
