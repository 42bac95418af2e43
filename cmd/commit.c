#include "cli_private.h"

#include <assert.h>

#include "base/banned.h"

static bool
saved(struct cli *c, bool (*work)(struct cli *c, void *ctx), void *ctx)
{
	size_t reported = c->p->reported;
	bool ok;

	if (!store_begin(c->store, &c->e))
		return false;
	ok = work(c, ctx) && c->p->reported == reported && !cli_interrupted(c);
	if (ok && !c->dry_run)
		return store_save(c->store, &c->e);
	store_undo(c->store);
	return ok;
}

bool
cli_commit(struct cli *c, bool (*work)(struct cli *c, void *ctx), void *ctx)
{
	struct output_mark mark = output_mark(c);
	bool ok = false;

	assert(!c->p->out.held);
	if (!cli_interrupted(c)) {
		c->p->out.held = true;
		ok = saved(c, work, ctx);
		c->p->out.held = false;
	}
	if (!ok) {
		output_rewind(c, mark);
		return false;
	}
	return cli_flush(c);
}

/* Work over input that was read before. What could not be read makes the rest a rehearsal. */
struct rehearsal {
	bool (*work)(struct cli *c, void *ctx);
	void *ctx;
	bool readable;
};

static bool
rehearse(struct cli *c, void *ctx)
{
	const struct rehearsal *r = ctx;

	return r->work(c, r->ctx) && r->readable;
}

bool
commit_read(struct cli *c, bool readable, size_t n, bool (*work)(struct cli *c, void *ctx),
	void *ctx)
{
	struct rehearsal r = { work, ctx, readable };
	bool ok = n > 0 ? cli_commit(c, rehearse, &r) : readable;

	if (cli_interrupted(c) && !ok)
		cli_note(c, "interrupted, nothing is stored");
	return ok;
}

struct creation {
	struct cli_records records;
	cli_record fn;
	void *ctx;
};

static bool
create_all(struct cli *c, void *ctx)
{
	struct creation *creation = ctx;

	return cli_each_read(c, &creation->records, creation->fn, creation->ctx);
}

bool
cli_create(struct cli *c, cli_record fn, void *ctx)
{
	struct creation creation = { .fn = fn, .ctx = ctx };
	bool readable = cli_read_all(c, &creation.records);
	bool ok = commit_read(c, readable, creation.records.n, create_all, &creation);

	cli_records_free(&creation.records);
	return ok;
}
