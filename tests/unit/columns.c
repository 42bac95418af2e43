#include "tests/unit/columns.h"

#include <stdlib.h>

#include "base/banned.h"

#define TEXT(s) \
	{ \
		s, sizeof(s) - 1 \
	}

const struct str column_names[PROPERTIES] = { TEXT("n"), TEXT("m"), TEXT("org"), TEXT("region"),
	TEXT("zone") };
const struct str column_types[TYPES] = { TEXT("call"), TEXT("store"), TEXT("job") };
const struct str column_customers[CUSTOMERS] = { TEXT("acme"), TEXT("acme-2"), TEXT("northwind"),
	TEXT("contoso"), TEXT("globex"), TEXT("initech"), TEXT("umbrella"), TEXT("hooli"),
	TEXT("stark"), TEXT("wayne"), TEXT("soylent"), TEXT("nobody") };

/* ---- values ---- */

const struct value column_values[VALUES] = {
	{ TEXT("0"), JSON_NUMBER },
	{ TEXT("3"), JSON_NUMBER },
	{ TEXT("3"), JSON_STRING },
	{ TEXT("3.0"), JSON_NUMBER },
	{ TEXT("-2.5"), JSON_NUMBER },
	{ TEXT("1.50"), JSON_STRING },
	{ TEXT("-0"), JSON_NUMBER },
	{ TEXT("-0.0"), JSON_STRING },
	{ TEXT("1e3"), JSON_NUMBER },
	{ TEXT("1e3"), JSON_STRING },
	{ TEXT("1E-2"), JSON_STRING },
	{ TEXT("1e-30"), JSON_NUMBER },
	{ TEXT("1e1001"), JSON_STRING },
	{ TEXT("999999999999999999"), JSON_NUMBER },
	{ TEXT("-999999999999999999"), JSON_STRING },
	{ TEXT("1234567890123456789"), JSON_NUMBER },
	{ TEXT("0.12345678901234567"), JSON_NUMBER },
	{ TEXT("0.123456789012345678"), JSON_STRING },
	{ TEXT("123456789012345678901234567890"), JSON_STRING },
	{ TEXT("05"), JSON_STRING },
	{ TEXT(" 5"), JSON_STRING },
	{ TEXT(""), JSON_STRING },
	{ TEXT("a"), JSON_STRING },
	{ TEXT("true"), JSON_STRING },
	{ TEXT("true"), JSON_TRUE },
	{ TEXT("false"), JSON_FALSE },
	{ { NULL, 0 }, JSON_NULL },
	{ TEXT("[1]"), JSON_ARRAY },
	{ TEXT("[1]"), JSON_STRING },
	{ TEXT("{}"), JSON_OBJECT },
};

#define MANTISSAS INT64_C(1000000000000000000)

/* A decimal with a mantissa below limit, as a number or as a string. */
static struct value
decimal(struct sweep *s, struct arena *a, int64_t limit, unsigned scale, enum json_type type)
{
	char room[CELL_TEXT_SIZE];
	int64_t m = sweep_int64(s) % limit;

	return (struct value){ str_dup(a, cell_decimal_text(m, scale, room)), type };
}

/* What a column is made of. */
enum make { ANY, COUNTS, ONE_SCALE, SCALES, DIGITS, HUGE, FEW_TEXTS, MANY_TEXTS };
#define MAKES 8

static struct value
draw(struct sweep *s, struct arena *a, enum make make)
{
	enum json_type type = sweep_below(s, 2) == 0 ? JSON_NUMBER : JSON_STRING;

	switch (make) {
	case ANY:
		break;
	case COUNTS:
		return (struct value){ str_printf(a, "%d", (int)sweep_below(s, 30)), type };
	case ONE_SCALE:
		return decimal(s, a, MANTISSAS, 3, JSON_STRING);
	case SCALES:
		return decimal(s, a, MANTISSAS, (unsigned)sweep_below(s, CELL_SCALE_MAX + 1), type);
	case DIGITS:
		return decimal(s, a, 10, (unsigned)sweep_below(s, CELL_SCALE_MAX + 1), type);
	case HUGE:
		return (struct value){ STR("999999999999999999"), JSON_NUMBER };
	case FEW_TEXTS:
		return (struct value){ sweep_below(s, 2) == 0 ? STR("a") : STR("b"), JSON_STRING };
	case MANY_TEXTS:
		return (struct value){ str_printf(a, "v%d", (int)sweep_below(s, 400)),
			JSON_STRING };
	}
	return column_values[sweep_below(s, VALUES)];
}

struct value
draw_value(struct sweep *s, struct arena *a)
{
	return draw(s, a, (enum make)sweep_below(s, MAKES));
}

/* ---- blocks ---- */

static uint32_t
number_of(const struct str *keys, struct str customer)
{
	uint32_t n = 0;

	while (!str_eq(keys[n], customer))
		n++;
	return n;
}

static int
by_place(const void *a, const void *b, void *keys)
{
	const struct event *x = a, *y = b;
	uint32_t m = number_of(keys, x->customer_id), n = number_of(keys, y->customer_id);
	int by = (m > n) - (m < n);

	if (by == 0)
		by = (x->timestamp_ns > y->timestamp_ns) - (x->timestamp_ns < y->timestamp_ns);
	return by != 0 ? by : str_cmp(x->transaction_id, y->transaction_id);
}

/* n events of one shape, in the order of a block; customers have their places in keys. */
struct event *
draw_events(struct sweep *s, struct arena *a, struct str *keys, size_t n)
{
	struct event *out = ARENA_ARRAY(a, n, struct event);
	size_t first = (size_t)sweep_below(s, PROPERTIES), nproperties = (size_t)sweep_below(s, 6);
	uint64_t ncustomers = sweep_below(s, CUSTOMERS) + 1;
	enum make makes[PROPERTIES];
	struct str type = column_types[sweep_below(s, TYPES)];
	int64_t start_ns = (int64_t)sweep_below(s, TIME), spread = (int64_t)sweep_below(s, 40) + 1;

	for (size_t k = 0; k < PROPERTIES; k++)
		makes[k] = (enum make)sweep_below(s, MAKES);
	for (size_t i = 0; i < n; i++) {
		struct event *ev = &out[i];

		*ev = (struct event){
			.transaction_id = str_printf(a, "%d-%zu-%d", (int)sweep_below(s, 9), i,
				(int)sweep_below(s, 100000)),
			.customer_id = keys[sweep_below(s, ncustomers)],
			.event_type = type,
			.timestamp_ns = start_ns + (int64_t)sweep_below(s, (uint64_t)spread),
			.properties = ARENA_ARRAY(a, PROPERTIES, struct property),
			.nproperties = nproperties,
		};
		for (size_t k = 0; k < nproperties; k++) {
			struct value v = draw(s, a, makes[k]);

			ev->properties[k] = (struct property){
				column_names[(first + k) % PROPERTIES], v.text, v.type
			};
		}
	}
	qsort_r(out, n, sizeof(out[0]), by_place, keys);
	return out;
}

static int64_t
place_in_texts(struct event_column *c, struct cell_text *texts, const struct property *p)
{
	for (size_t i = 0; i < c->ntexts; i++)
		if (texts[i].type == p->type && str_eq(texts[i].text, p->text))
			return (int64_t)i;
	texts[c->ntexts] = (struct cell_text){ p->text, p->type };
	return (int64_t)c->ntexts++;
}

static void
fill_column(struct arena *a, const struct event *events, size_t n, size_t k, struct event_column *c)
{
	struct cell_text *texts = ARENA_ARRAY(a, n, struct cell_text);
	int64_t *cells = ARENA_ARRAY(a, n, int64_t);
	uint8_t *kinds = ARENA_ARRAY(a, n, uint8_t);
	bool same = true;

	*c = (struct event_column){ .name = events[0].properties[k].name, .read = true };
	for (size_t i = 0; i < n; i++) {
		const struct property *p = &events[i].properties[k];
		bool scalar = p->type == JSON_NUMBER || p->type == JSON_STRING;
		unsigned scale;

		kinds[i] = CELL_TEXT;
		if (scalar && cell_decimal(p->text, &cells[i], &scale))
			kinds[i] = (uint8_t)((p->type == JSON_NUMBER ? CELL_NUMBER : CELL_DIGITS) +
				scale);
		else
			cells[i] = place_in_texts(c, texts, p);
		same = same && kinds[i] == kinds[0];
	}
	c->kind = same ? kinds[0] : CELL_MIXED;
	c->kinds = same ? NULL : kinds;
	c->values = cells;
	c->texts = texts;
}

struct event_columns
columns_of(struct arena *a, const struct str *keys, const struct event *events, size_t n)
{
	struct event_column *properties = ARENA_ARRAY(a, events[0].nproperties,
		struct event_column);
	int64_t *timestamps = ARENA_ARRAY(a, n, int64_t);
	uint32_t *numbers = ARENA_ARRAY(a, n, uint32_t);
	struct str *ids = ARENA_ARRAY(a, n, struct str);

	for (size_t i = 0; i < n; i++) {
		timestamps[i] = events[i].timestamp_ns;
		ids[i] = events[i].transaction_id;
		numbers[i] = number_of(keys, events[i].customer_id);
	}
	for (size_t k = 0; k < events[0].nproperties; k++)
		fill_column(a, events, n, k, &properties[k]);
	return (struct event_columns){
		.event_type = events[0].event_type,
		.n = n,
		.timestamps_ns = timestamps,
		.customers = numbers,
		.customer_keys = keys,
		.properties = properties,
		.nproperties = events[0].nproperties,
		.ids = ids,
	};
}
