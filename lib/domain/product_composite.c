#include "domain/product_part.h"

#include "base/banned.h"

static const char *const scope_names[] = {
	[COMPOSITE_CONTRACT] = "CONTRACT",
	[COMPOSITE_CUSTOMER] = "CUSTOMER",
};

void
composite_from_obj(struct obj *o, struct product_terms *t)
{
	if (obj_has(o, "composite_product_ids"))
		t->has |= PF_COMPOSITE_PRODUCTS;
	t->composite_product_ids = obj_references(o, "composite_product_ids", OBJ_OPTIONAL, 0);
	t->composite_tags = product_list_from(o, "composite_tags", PF_COMPOSITE_TAGS, t);
	if (obj_has(o, "include_composite_spend"))
		t->has |= PF_COMPOSITE_SPEND;
	t->include_composite_spend = obj_bool(o, "include_composite_spend", OBJ_OPTIONAL, false);
	if (obj_has(o, "composite_scope"))
		t->has |= PF_COMPOSITE_SCOPE;
	t->composite_scope = (enum composite_scope)obj_enum(o, "composite_scope", OBJ_OPTIONAL,
		scope_names, countof(scope_names), COMPOSITE_CONTRACT);
}

void
composite_members(struct jsonw *w, const struct product_terms *t)
{
	if (t->has & PF_COMPOSITE_PRODUCTS)
		jsonw_texts(w, "composite_product_ids", &t->composite_product_ids);
	if (t->has & PF_COMPOSITE_TAGS)
		jsonw_texts(w, "composite_tags", &t->composite_tags);
	if (t->has & PF_COMPOSITE_SPEND)
		jsonw_member_bool(w, "include_composite_spend", t->include_composite_spend);
	if (t->has & PF_COMPOSITE_SCOPE)
		jsonw_member_c(w, "composite_scope", scope_names[t->composite_scope]);
}
