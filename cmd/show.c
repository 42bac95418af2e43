#include "show.h"

#include <stdio.h>

#include "base/banned.h"

bool
show(struct cli *c, show_json write, const void *object)
{
	struct buf out = BUF_INIT;
	struct jsonw w;

	jsonw_init(&w, &out);
	write(&w, object);
	jsonw_release(&w);
	cli_put(c, buf_str(&out));
	buf_release(&out);
	return true;
}

bool
show_reference(struct cli *c, const char *option, enum noun n, struct str *id)
{
	const char *given = cli_value(c, option);
	char field[48];

	if (given == NULL)
		return true;
	snprintf(field, sizeof(field), "--%s", option);
	return reference_field(c->store, n, field, str_c(given), c->now_ns, &c->run, id, &c->e);
}

struct texts
show_references(struct cli *c, const char *option)
{
	struct texts t = { NULL, 0 };
	size_t n;
	const char *const *values = cli_values(c, option, &n);

	t.p = ARENA_ARRAY(&c->run, n, struct str);
	while (t.n < n) {
		t.p[t.n] = str_c(values[t.n]);
		t.n++;
	}
	return t;
}

struct page
show_page(struct cli *c, bool archived)
{
	return (struct page){ .limit = c->limit, .after = c->after, .archived = archived };
}
