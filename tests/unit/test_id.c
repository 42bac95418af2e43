#include "base/id.h"

#include <string.h>

#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

static void
test_parse(void)
{
	static const char *const good[][2] = {
		{ "2714e483-4ff1-48e4-9e25-ac732e8f24f2", "2714e483-4ff1-48e4-9e25-ac732e8f24f2" },
		{ "2714E483-4FF1-48E4-9E25-AC732E8F24F2", "2714e483-4ff1-48e4-9e25-ac732e8f24f2" },
		{ "00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000000" },
		{ "ffffffff-FFFF-ffff-FFFF-ffffffffffff", "ffffffff-ffff-ffff-ffff-ffffffffffff" },
	};
	static const char *const bad[] = { "", "acme", "2714e483-4ff1-48e4-9e25-ac732e8f24f",
		"2714e483-4ff1-48e4-9e25-ac732e8f24f21", "2714e4834ff148e49e25ac732e8f24f2",
		"{2714e483-4ff1-48e4-9e25-ac732e8f24f2}", "2714e483-4ff1-48e4-9e25-ac732e8f24g2",
		"2714e483-4ff1-48e4-9e25-ac732e8f24 2", " 714e483-4ff1-48e4-9e25-ac732e8f24f2",
		"2714e483_4ff1-48e4-9e25-ac732e8f24f2", "2714e48-34ff1-48e4-9e25-ac732e8f24f2",
		"2714e483-4ff1-48e4-9e25-ac732e8f-4f2", "2714e483-4ff1-48e4-9e25-ac732e8f24@2",
		"2714e483-4ff1-48e4-9e25-ac732e8f24`2" };
	struct id id;

	for (size_t i = 0; i < countof(good); i++) {
		memset(&id, 'x', sizeof(id));
		ok(id_parse(str_c(good[i][0]), &id), "an id: %s", good[i][0]);
		is_str(id.s, good[i][1], "in lower case");
		ok(str_is(id_str(&id), good[i][1]), "as a slice");
	}
	for (size_t i = 0; i < countof(bad); i++) {
		memset(&id, 'x', sizeof(id));
		ok(!id_parse(str_c(bad[i]), &id) && id.s[0] == 'x', "no id: \"%s\"", bad[i]);
	}
}

/* Version and variant where RFC 9562 puts them; reading the text back gives it again. */
static bool
is_uuid(const struct id *id, char version)
{
	struct id again;

	return id->s[14] == version && strchr("89ab", id->s[19]) != NULL &&
		id_parse(id_str(id), &again) && strcmp(again.s, id->s) == 0;
}

static void
test_derive(void)
{
	const struct str abc[] = { STR("contract"), STR("2024-01-01"), STR("") };
	const struct str left[] = { STR("a"), STR("bc") }, right[] = { STR("ab"), STR("c") };
	const struct str joined[] = { STR("abc") }, longer[] = { STR("a"), STR("bc"), STR("") };
	struct id id = id_derive(abc, countof(abc));

	is_str(id.s, "2c20dc1c-f7a0-87ac-8c7a-794b44b4092e", "a derived id is always the same");
	ok(is_uuid(&id, '8'), "version 8");
	is_str(id_derive(NULL, 0).s, "e3b0c442-98fc-8c14-9afb-f4c8996fb924", "of no parts");
	ok(strcmp(id_derive(left, 2).s, id_derive(right, 2).s) != 0, "where parts end counts");
	ok(strcmp(id_derive(left, 2).s, id_derive(joined, 1).s) != 0, "joined they are another");
	ok(strcmp(id_derive(left, 2).s, id_derive(longer, 3).s) != 0, "an empty part counts");

	struct sweep s = sweep_start("derived ids", 41);
	char text[300];
	int wrong = 0, same = 0;
	struct id last = id;

	for (int i = 0; i < 500; i++) {
		size_t n = sweep_below(&s, sizeof(text));
		for (size_t b = 0; b < n; b++)
			text[b] = (char)sweep_next(&s);
		const struct str parts[] = { { text, n }, { text, n / 2 } };
		id = id_derive(parts, 2);
		wrong += !is_uuid(&id, '8');
		same += strcmp(id.s, last.s) == 0;
		last = id;
	}
	is_int(wrong, 0, "every one has the form of version 8");
	ok(same < 2, "and they differ");
}

static void
test_random(void)
{
	static struct id ids[200];
	int wrong = 0, same = 0;

	for (size_t i = 0; i < countof(ids); i++) {
		wrong += !id_random(&ids[i]) || !is_uuid(&ids[i], '4');
		for (size_t j = 0; j < i; j++)
			same += strcmp(ids[i].s, ids[j].s) == 0;
	}
	is_int(wrong, 0, "random ids have the form of version 4");
	is_int(same, 0, "and differ");
}

static void
test_digest(void)
{
	unsigned char digest[DIGEST_BYTES];
	char text[DIGEST_TEXT_SIZE];

	digest_sha256("abc", 3, digest);
	is_str(digest_text(digest, text),
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
		"SHA-256 of \"abc\", FIPS 180-4");
	digest_sha256(NULL, 0, digest);
	is_str(digest_text(digest, text),
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"SHA-256 of nothing");
	digest_sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, digest);
	is_str(digest_text(digest, text),
		"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
		"SHA-256 over two blocks");
}

int
main(void)
{
	test_parse();
	test_derive();
	test_random();
	test_digest();
	return done();
}
