#include "store/event_block.h"

#include <stdlib.h>
#include <string.h>

#include "store/event_block_layout.h"
#include "store/event_block_private.h"

#include "base/banned.h"

struct block_reader *
block_reader_new(void)
{
	struct block_reader *r = mem_realloc(NULL, 1, sizeof(*r));

	*r = (struct block_reader){ .n = 0 };
	return r;
}

void
block_reader_free(struct block_reader *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < r->nproperties; i++) {
		free(r->properties[i].values.p);
		free(r->properties[i].kinds.p);
		free(r->properties[i].texts.p);
	}
	free(r->properties);
	free(r->timestamps_room.p);
	free(r->customers_room.p);
	free(r->batches_room.p);
	free(r->row.p);
	free(r->other.p);
	free(r->ids.p);
	free(r->id_texts.p);
	free(r->columns.p);
	free(r);
}

static void
rooms_for_properties(struct block_reader *r, size_t n)
{
	if (n <= r->nproperties)
		return;
	r->properties = mem_realloc(r->properties, n, sizeof(r->properties[0]));
	memset(r->properties + r->nproperties, 0, (n - r->nproperties) * sizeof(r->properties[0]));
	r->nproperties = n;
}

#define NAME_SHOWN 160

bool
block_damaged(const char *where, const char *wrong, const char *column, struct str name,
	struct err *e)
{
	if (name.n > NAME_SHOWN)
		name.n = NAME_SHOWN;
	return err_set(e, ERR_FATAL, "db_damaged", "%s: %s (%s%s%.*s)", where, wrong, column,
		name.n == 0 ? "" : " ", STR_FMT(name));
}

/* The bytes of each column in turn; those not wanted are passed over. */
struct walk {
	const struct block_shape *shape;
	struct str columns;
	size_t at;     /* where the next column begins */
	size_t column; /* its number */
	const char *where;
	struct err *e;
};

static const char *const column_words[] = {
	[BLOCK_TIMESTAMPS] = "timestamps",
	[BLOCK_CUSTOMERS] = "customers",
	[BLOCK_BATCHES] = "batches",
	[BLOCK_PROPERTIES] = "property",
};

static bool
walk_wrong(const struct walk *w, size_t column, const char *wrong)
{
	bool property = column >= BLOCK_PROPERTIES;

	return block_damaged(w->where, wrong, column_words[property ? BLOCK_PROPERTIES : column],
		property ? w->shape->names[column - BLOCK_PROPERTIES] : STR(""), w->e);
}

static struct bytes_in
walk_next(struct walk *w)
{
	const char *entry = w->columns.p + DIRECTORY_COLUMNS + w->column * DIRECTORY_COLUMN;
	struct bytes_in in = { (const unsigned char *)w->columns.p + w->at, load32(entry), NULL };

	w->at += in.left;
	w->column++;
	return in;
}

/* The next column, its bytes as they were written. */
static bool
walk_column(struct walk *w, struct bytes_in *in)
{
	const char *entry = w->columns.p + DIRECTORY_COLUMNS + w->column * DIRECTORY_COLUMN;

	*in = walk_next(w);
	return hash64(in->p, in->left) == load64(entry + 4) ||
		walk_wrong(w, w->column - 1, "the checksum differs");
}

static bool
walk_took(const struct walk *w, struct bytes_in *in, bool taken)
{
	if (taken && in->left > 0)
		taken = bytes_wrong(in, "bytes are left over");
	return taken || walk_wrong(w, w->column - 1, in->wrong);
}

static uint64_t
shape_sum(const struct block_shape *shape)
{
	uint64_t sum = block_shape_sum(0, shape->event_type);

	for (size_t i = 0; i < shape->nnames; i++)
		sum = block_shape_sum(sum, shape->names[i]);
	return sum;
}

/* The columns it tells of end where the bytes do. */
static bool
columns_end(const struct walk *w)
{
	struct walk ahead = *w;

	while (ahead.column < BLOCK_PROPERTIES + w->shape->nnames)
		walk_next(&ahead);
	return ahead.at == w->columns.n;
}

static const char *
directory_wrong(const struct walk *w)
{
	const char *p = w->columns.p;
	size_t sum_at = w->at - CHECKSUM_BYTES;

	if (w->columns.n < w->at)
		return "bytes are missing";
	if (hash64(p, sum_at) != load64(p + sum_at))
		return "the checksum differs";
	if (p[DIRECTORY_FORMAT] != BLOCK_FORMAT)
		return "the format is not known";
	if (load32(p + DIRECTORY_ROWS) != w->shape->n)
		return "the number of rows differs";
	if (load64(p + DIRECTORY_SHAPE) != shape_sum(w->shape))
		return "the shape differs";
	return columns_end(w) ? NULL : "the columns do not end where the bytes do";
}

static bool
walk_start(struct walk *w)
{
	size_t ncolumns = BLOCK_PROPERTIES + w->shape->nnames;
	const char *wrong;

	w->at = directory_sum_at(ncolumns) + CHECKSUM_BYTES;
	if (w->shape->n == 0 || w->shape->n > BLOCK_ROWS_MAX)
		wrong = "the number of rows is out of range";
	else
		wrong = directory_wrong(w);
	return wrong == NULL || block_damaged(w->where, wrong, "directory", STR(""), w->e);
}

static bool
walk_rows(struct block_reader *r, struct walk *w, bool batches)
{
	struct bytes_in in;

	if (!walk_column(w, &in) || !walk_took(w, &in, take_timestamps(r, &in)))
		return false;
	if (!walk_column(w, &in) || !walk_took(w, &in, take_customers(r, &in)))
		return false;
	if (batches)
		return walk_column(w, &in) && walk_took(w, &in, take_batches(r, &in));
	walk_next(w);
	return true;
}

static bool
walk_properties(struct block_reader *r, struct walk *w, const struct texts *wanted,
	struct event_column *out)
{
	for (size_t i = 0; i < w->shape->nnames; i++) {
		struct bytes_in in;

		out[i] = (struct event_column){ .name = w->shape->names[i] };
		if (wanted != NULL && !texts_has(wanted, w->shape->names[i]))
			walk_next(w);
		else if (!walk_column(w, &in) ||
			!walk_took(w, &in, take_property(r, &in, i, &out[i])))
			return false;
	}
	return true;
}

bool
block_decode(struct block_reader *r, const struct block_shape *shape, struct str columns,
	const struct block_wanted *wanted, const char *where, struct event_columns *out,
	const int64_t **batches, struct err *e)
{
	struct walk w = { .shape = shape, .columns = columns, .where = where, .e = e };
	struct event_column *properties;

	if (!walk_start(&w))
		return false;
	r->n = shape->n;
	rooms_for_properties(r, shape->nnames);
	properties = room_for(&r->columns, shape->nnames, sizeof(*properties));
	if (!walk_rows(r, &w, wanted->batches) ||
		!walk_properties(r, &w, wanted->properties, properties))
		return false;
	*out = (struct event_columns){ .event_type = shape->event_type,
		.n = r->n,
		.timestamps_ns = r->timestamps_ns,
		.customers = r->customers,
		.properties = properties,
		.nproperties = shape->nnames };
	if (wanted->batches)
		*batches = r->batches;
	return true;
}
