#include "tasks/aliases.h"

#include "base/banned.h"

bool
aliases_cut(struct store *st, enum noun n, struct str id, struct dated_alias **aliases,
	size_t *count, struct arena *a, struct err *e)
{
	const struct dated_alias *all = *aliases;
	struct dated_alias *left = NULL;
	size_t cap = 0, nleft = 0;

	for (size_t i = 0; i < *count; i++) {
		struct alias_span *spans;
		size_t nspans, first = 0;

		/* an alias that is borne twice has all its spans at its first place */
		while (first < i && !str_eq(all[first].name, all[i].name))
			first++;
		if (first < i)
			continue;
		if (!reference_alias_spans(st, n, all[i].name, a, &spans, &nspans, e))
			return false;
		for (size_t k = 0; k < nspans; k++) {
			if (!str_eq(spans[k].bearer_id, id))
				continue;
			left = arena_grow(a, left, &cap, nleft + 1, sizeof(*left));
			left[nleft++] = (struct dated_alias){ all[i].name, spans[k].starting_at_ns,
				spans[k].ending_before_ns };
		}
	}
	*aliases = left;
	*count = nleft;
	return true;
}
