/*
 * json_diff - what two JSON values differ in.
 *
 * Shape      objects are compared member by member; arrays of objects that have an "id"
 *            by these ids, other arrays as wholes. Each difference has the path of the
 *            innermost value that differs: "commits[ID].access_schedule.schedule_items".
 *            What stands on one side alone is one difference as a whole.
 * Range      depth as the parser admits it.
 * Order      members and items of the first, then those that the second has more.
 * Example    {"a":1,"b":{"c":2}} and {"b":{"c":3}}: a removed, b.c from 2 to 3.
 */
#ifndef CODEC_JSON_DIFF_H
#define CODEC_JSON_DIFF_H

#include "codec/json.h"

/* before or after is NULL where the value stands on the other side alone. */
typedef void (*json_differs)(void *ctx, struct str path, const struct json *before,
	const struct json *after);
void json_diff(const struct json *before, const struct json *after, json_differs visit, void *ctx);

#endif
