/* Changes and ids: numbered without gaps, in order of time, the same each time. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/store.h"
#include "tests/unit/scratch.h"
#include "tests/unit/scratch_store.h"
#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

static void
test_recorded_at(void)
{
	const char *path = make("times");
	struct sweep sweep = sweep_start("clocks that jump", 20241001);
	struct err e = ERR_INIT;
	struct id id;
	bool risen = true, greatest = true, numbered = true;
	int64_t last = INT64_MIN;

	for (int64_t i = 1; i <= 100; i++) {
		int64_t now = NOW + (int64_t)sweep_below(&sweep, 2000) - 1000;
		struct store *st = open_at(path, STORE_WRITE, now, 0);
		int64_t at;

		numbered = numbered && store_begin(st, &e) &&
			add(st, "customer", &id, &e) == 2 * i - 1 &&
			add(st, "customer", &id, &e) == 2 * i;
		if (!numbered) {
			store_close(st);
			break;
		}
		at = store_recorded_at(st, 2 * i);
		greatest = greatest && at == (now > last ? now : last) &&
			at == store_recorded_at(st, 2 * i - 1);
		risen = risen && at >= last;
		last = at;
		risen = risen && store_save(st, &e);
		store_close(st);
	}
	ok(numbered, "changes are numbered without gaps");
	ok(greatest, "a change is recorded at the greater of the clock and the last one");
	ok(risen, "so recorded times never fall");
}

static void
test_digests(void)
{
	static const char created[] =
		"SELECT before_sha256 IS NULL AND hex(after_sha256) ="
		" 'BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD'"
		" FROM audit_log WHERE seq = 1";
	static const char gone[] =
		"SELECT after_sha256 IS NULL AND before_sha256 ="
		" (SELECT after_sha256 FROM audit_log WHERE seq = 1)"
		" FROM audit_log WHERE seq = 2";
	static const char named[] =
		"SELECT count(*) FROM audit_log WHERE tool = 'mtr-customer'"
		" AND verb = 'create' AND kind = 'metric' AND object_id = 'a'";
	const char *path = make("digests");
	struct store *st = open_store(path, STORE_WRITE);
	struct err e = ERR_INIT;
	int64_t seq;

	ok(store_begin(st, &e) &&
			store_change(st, "metric", STR("a"), nothing, STR("abc"), &seq, &e) &&
			store_change(st, "metric", STR("a"), STR("abc"), nothing, &seq, &e) &&
			store_change(st, "metric", STR("a"), STR(""), STR(""), &seq, &e) &&
			store_save(st, &e),
		"three changes");
	is_int(ask(st, created), 1, "SHA-256 of what is after; before there was nothing");
	is_int(ask(st, gone), 1, "and the other way round");
	is_int(ask(st, "SELECT before_sha256 = after_sha256 FROM audit_log WHERE seq = 3"), 1,
		"an empty text is not nothing");
	is_int(ask(st, named), 3, "with tool, verb, kind and object");
	store_close(st);
}

static void
test_ids_repeat(void)
{
	static const char *const kinds[] = { "customer", "metric", "customer", "contract",
		"customer" };
	struct id ids[3][countof(kinds)];
	struct err e = ERR_INIT;
	bool same = true, distinct = true, parsed = true, numbers = true;

	for (int k = 0; k < 3; k++) {
		struct store_options opt = options(scratch_path(k == 0    ? "ids0" :
								   k == 1 ? "ids1" :
									    "ids2"),
			STORE_WRITE);
		struct store *st;
		int64_t n[countof(kinds)];

		ok(store_create(&opt, k < 2 ? &fixed_id : NULL, &e), "database %d", k);
		st = open_store(opt.path, STORE_WRITE);
		ok(store_begin(st, &e), "a transaction");
		for (size_t i = 0; i < countof(kinds); i++)
			ok(store_new_id(st, kinds[i], nothing, &ids[k][i], &n[i], &e),
				"an id for a %s", kinds[i]);
		numbers = numbers && n[0] == 1 && n[1] == 1 && n[2] == 2 && n[3] == 1 && n[4] == 3;
		store_close(st);
	}
	for (size_t i = 0; i < countof(kinds); i++) {
		struct id read;

		same = same && strcmp(ids[0][i].s, ids[1][i].s) == 0;
		distinct = distinct && strcmp(ids[0][i].s, ids[2][i].s) != 0;
		for (size_t k = 0; k < i; k++)
			distinct = distinct && strcmp(ids[0][i].s, ids[0][k].s) != 0;
		parsed = parsed && id_parse(id_str(&ids[0][i]), &read) &&
			strcmp(read.s, ids[0][i].s) == 0 && read.s[14] == '8';
	}
	ok(numbers, "each kind has numbers of its own");
	ok(same, "two databases with one id give the same ids");
	ok(distinct, "all of them different, and others with a random id");
	ok(parsed, "each a version 8 UUID in lower case");
}

static void
test_given_ids(void)
{
	const char *path = make("given");
	struct store *st = open_store(path, STORE_WRITE);
	struct err e = ERR_INIT;
	struct id first, second, id;
	int64_t n = -1;
	char *before, *after;

	/* What the second customer will be called: a dry run tells. */
	ok(store_begin(st, &e) && add(st, "customer", &first, &e) &&
			add(st, "customer", &second, &e),
		"two ids");
	store_undo(st);

	ok(store_begin(st, &e), "a transaction");
	ok(store_new_id(st, "customer", STR("ABCDEF00-0000-4000-8000-00000000000F"), &id, &n, &e),
		"a given id");
	is_str(id.s, "abcdef00-0000-4000-8000-00000000000f", "is lower-cased");
	is_int(n, 1, "and takes a number");
	before = contents(st);

	n = -1;
	is_refused(store_new_id(st, "metric", STR("abcdef00-0000-4000-8000-00000000000F"), &first,
			   &n, &e),
		&e, ERR_INPUT, "id_taken", "an id that an object of another kind bears");
	is_str(e.field, "id", "the field is named");
	is_str(e.value, "abcdef00-0000-4000-8000-00000000000F", "and the value");
	is_int(n, -1, "the number is untouched");
	err_clear(&e);
	is_refused(store_new_id(st, "metric", STR("Acme"), &first, &n, &e), &e, ERR_INPUT,
		"id_syntax", "what is no UUID");
	after = contents(st);
	is_str(after, before, "and nothing is registered");
	free(before);
	free(after);

	err_clear(&e);
	ok(store_new_id(st, "customer", STR(""), &id, &n, &e) && strcmp(id.s, second.s) == 0 &&
			n == 2,
		"no bytes: derived, of the next number");
	ok(store_change(st, "customer", id_str(&id), nothing, STR("{}"), &n, &e) &&
			store_save(st, &e),
		"saved");

	/* Another customer is given what the fourth would derive. */
	ok(store_begin(st, &e) && store_new_id(st, "customer", nothing, &id, NULL, &e) &&
			store_new_id(st, "customer", nothing, &first, &n, &e) && n == 4,
		"the fourth id");
	store_undo(st);
	ok(store_begin(st, &e) && store_new_id(st, "customer", id_str(&first), &id, &n, &e) &&
			n == 3,
		"is given to the third");
	ok(store_new_id(st, "customer", nothing, &id, &n, &e) && n == 5 &&
			strcmp(id.s, first.s) != 0,
		"whoever comes next is the fifth, under another id");
	store_close(st);
}

int
main(void)
{
	test_recorded_at();
	test_digests();
	test_ids_repeat();
	test_given_ids();
	return done();
}
