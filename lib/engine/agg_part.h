/*
 * agg_part - what is counted apart by the values of a property.
 *
 * Shape      a map from the value, or from none, to a state of some size, made
 *            zeroed by the first that asks. None is a part of its own, another
 *            than the empty text. Zeroed bytes are a map without parts.
 * Ownership  parts lie in the arena given; scratch is used for the key alone.
 */
#ifndef ENGINE_AGG_PART_H
#define ENGINE_AGG_PART_H

#include "base/map.h"
#include "engine/aggregate.h"

/* The state of an event's part; valid for as long as the map. */
void *part_of(struct map *parts, struct arena *a, const struct aggregate_input *in, size_t size);
/* The state of the part that stands under this key in another map. */
void *part_at(struct map *parts, struct arena *a, struct str key, size_t size);

#endif
