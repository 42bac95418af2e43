#include "domain/alias.h"

#include "base/banned.h"

struct dated_alias *
aliases_from_obj(struct obj *o, size_t *n)
{
	size_t count = obj_array(o, "aliases", OBJ_OPTIONAL, 0);
	struct dated_alias *aliases = ARENA_ARRAY(o->arena, count, struct dated_alias);
	struct obj child;

	for (size_t i = 0; i < count && obj_item(o, "aliases", i, &child); i++) {
		aliases[i].name = obj_name(&child, OBJ_REQUIRED);
		aliases[i].starting_at_ns = obj_hour(&child, "starting_at", OBJ_OPTIONAL);
		aliases[i].ending_before_ns = obj_hour(&child, "ending_before", OBJ_OPTIONAL);
		obj_interval(&child, aliases[i].starting_at_ns, aliases[i].ending_before_ns);
		obj_close(&child);
	}
	*n = count;
	return aliases;
}

void
aliases_member(struct jsonw *w, const struct dated_alias *aliases, size_t n)
{
	jsonw_key(w, "aliases");
	jsonw_array(w);
	for (size_t i = 0; i < n; i++) {
		jsonw_object(w);
		jsonw_member_str(w, "name", aliases[i].name);
		jsonw_member_instant_opt(w, "starting_at", aliases[i].starting_at_ns);
		jsonw_member_instant_opt(w, "ending_before", aliases[i].ending_before_ns);
		jsonw_end(w);
	}
	jsonw_end(w);
}
