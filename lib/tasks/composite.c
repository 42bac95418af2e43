#include "tasks/composite.h"

#include "store/product_store.h"

#include "base/banned.h"

/* What one composite product may be charged by, over all its versions. */
struct node {
	const struct product *product;
	struct texts ids;  /* of its bases, while they include composite spend */
	struct texts tags; /* likewise */
	struct texts borne;
	const struct node *from; /* who was met before it; NULL: not met yet */
};

struct search {
	struct store *st;
	struct arena *arena;
	struct texts ids; /* of the composites in the store */
	size_t cap;
	struct node *nodes; /* [0] is the product in question */
	size_t n;
};

/* ---- the nodes ---- */

static bool
note_composite(void *ctx, const void *product)
{
	const struct product *p = product;
	struct search *s = ctx;

	if (p->type != PRODUCT_COMPOSITE)
		return true;
	s->ids.p = arena_grow(s->arena, s->ids.p, &s->cap, s->ids.n + 1, sizeof(*s->ids.p));
	s->ids.p[s->ids.n++] = str_dup(s->arena, p->id);
	return true;
}

static void
add_all(struct arena *a, struct texts *to, const struct texts *more)
{
	struct texts all = { ARENA_ARRAY(a, to->n + more->n, struct str), 0 };

	for (size_t i = 0; i < to->n; i++)
		all.p[all.n++] = to->p[i];
	for (size_t i = 0; i < more->n; i++)
		if (!texts_has(&all, more->p[i]))
			all.p[all.n++] = more->p[i];
	*to = all;
}

static struct node
node_of(const struct product *p, struct arena *a)
{
	struct node n = { .product = p };

	for (size_t i = 0; i < p->nversions; i++) {
		struct product_terms t = product_at(p, p->versions[i].starting_at_ns, a);

		add_all(a, &n.borne, &t.tags);
		if (!t.include_composite_spend)
			continue;
		add_all(a, &n.ids, &t.composite_product_ids);
		add_all(a, &n.tags, &t.composite_tags);
	}
	return n;
}

static bool
load_nodes(struct search *s, const struct product *p, struct err *e)
{
	struct page all = { .limit = -1, .archived = true };

	if (!product_store_list(s->st, &all, note_composite, s, e))
		return false;
	s->nodes = ARENA_ARRAY(s->arena, s->ids.n + 1, struct node);
	s->nodes[s->n++] = node_of(p, s->arena);
	for (size_t i = 0; i < s->ids.n; i++) {
		struct product *other = ARENA_NEW(s->arena, struct product);

		if (str_eq(s->ids.p[i], p->id))
			continue;
		if (!product_store_get(s->st, s->ids.p[i], s->arena, other, e))
			return false;
		s->nodes[s->n++] = node_of(other, s->arena);
	}
	return true;
}

/* ---- the circle ---- */

static bool
depends(const struct node *x, const struct node *y)
{
	if (texts_has(&x->ids, y->product->id))
		return true;
	for (size_t i = 0; x != y && i < x->tags.n; i++)
		if (texts_has(&y->borne, x->tags.p[i]))
			return true;
	return false;
}

/* "Support, Fee, Support": from who depends on the product back to it. */
static bool
refuse_circle(const struct search *s, const struct node *last, struct err *e)
{
	struct str first = s->nodes[0].product->versions[0].terms.name;
	struct str names = first;

	for (const struct node *n = last; n != &s->nodes[0]; n = n->from)
		names = str_printf(s->arena, "%.*s, %.*s",
			STR_FMT(n->product->versions[0].terms.name), STR_FMT(names));
	return err_field(e, ERR_INPUT, "composite_cycle", STR("include_composite_spend"),
		(struct str){ NULL, 0 }, "composite products in a circle: %.*s, %.*s",
		STR_FMT(first), STR_FMT(names));
}

static bool
check_circle(struct search *s, struct err *e)
{
	struct node **met = ARENA_ARRAY(s->arena, s->n, struct node *);
	size_t n = 0;

	met[n++] = &s->nodes[0];
	for (size_t i = 0; i < n; i++) {
		if (depends(met[i], &s->nodes[0]))
			return refuse_circle(s, met[i], e);
		for (size_t k = 1; k < s->n; k++) {
			struct node *next = &s->nodes[k];

			if (next->from != NULL || !depends(met[i], next))
				continue;
			next->from = met[i];
			met[n++] = next;
		}
	}
	return true;
}

/* ---- one version ---- */

static bool
check_base(struct store *st, const struct product_terms *t, struct arena *a, struct err *e)
{
	static const char code[] = "product.composite_product_ids";

	if (t->composite_product_ids.n + t->composite_tags.n == 0)
		return err_field(e, ERR_INPUT, code, STR("composite_product_ids"),
			(struct str){ NULL, 0 },
			"wanted a product or a tag: nothing would be left");
	for (size_t i = 0; !t->include_composite_spend && i < t->composite_product_ids.n; i++) {
		struct str id = t->composite_product_ids.p[i];
		struct product p;

		if (!product_store_get(st, id, a, &p, e))
			return false;
		if (p.type == PRODUCT_COMPOSITE)
			return err_field(e, ERR_INPUT, code,
				str_printf(a, "composite_product_ids[%zu]", i), id,
				"a COMPOSITE product is part of another one only with"
				" include_composite_spend");
	}
	return true;
}

bool
composite_check(struct store *st, const struct product *p, struct arena *a, struct err *e)
{
	struct search s = { .st = st, .arena = a };
	bool includes = false;

	for (size_t i = 0; i < p->nversions; i++) {
		struct product_terms t = product_at(p, p->versions[i].starting_at_ns, a);

		includes = includes || t.include_composite_spend;
		if (!check_base(st, &t, a, e))
			return false;
	}
	/* what includes none is the end of every path */
	return !includes || (load_nodes(&s, p, e) && check_circle(&s, e));
}
