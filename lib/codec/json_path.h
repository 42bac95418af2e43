/*
 * json_path - find a value in a tree by the path that a message names.
 *
 * Shape      paths are those of struct err: "tiers[2].size". A part that is not
 *            there ends the way: the innermost value reached is the answer, so
 *            that a missing field has the place of its object.
 * Order      pure.
 * Example    "scheduled_charges[0].product_id" of a contract without that
 *            field gives the object scheduled_charges[0].
 */
#ifndef CODEC_JSON_PATH_H
#define CODEC_JSON_PATH_H

#include "codec/json.h"

const struct json *json_path(const struct json *root, struct str path);

#endif
