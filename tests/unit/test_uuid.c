#include "base/uuid.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

#define EXAMPLE "00010203-0405-0607-0809-0a0b0c0d0e0f"

static void
test_example(void)
{
	unsigned char bytes[UUID_BYTES];
	char text[UUID_TEXT];
	int wrong = 0;

	ok(uuid_pack(STR(EXAMPLE), bytes), "the example is taken");
	for (unsigned i = 0; i < UUID_BYTES; i++)
		wrong += bytes[i] != i;
	is_int(wrong, 0, "  bytes in the order of the text");
	uuid_unpack(bytes, text);
	ok(memcmp(text, EXAMPLE, UUID_TEXT) == 0, "  and back");
}

static void
test_refused(void)
{
	static const char *const cases[] = { "", "0", "00010203-0405-0607-0809-0a0b0c0d0e0",
		"00010203-0405-0607-0809-0a0b0c0d0e0f0", "00010203-0405-0607-0809-0A0b0c0d0e0f",
		"000102030-405-0607-0809-0a0b0c0d0e0f", "00010203-0405-0607-08090-a0b0c0d0e0f",
		"{0010203-0405-0607-0809-0a0b0c0d0e0}", "00010203-0405-0607-0809_0a0b0c0d0e0f" };
	unsigned char bytes[UUID_BYTES] = { 7 };

	for (size_t i = 0; i < countof(cases); i++)
		ok(!uuid_pack(str_c(cases[i]), bytes) && bytes[0] == 7,
			"\"%s\" is refused, nothing is set", cases[i]);
}

/* Any byte in any place of the text. */
static void
test_every_byte(void)
{
	int wrong = 0;

	for (size_t i = 0; i < UUID_TEXT; i++)
		for (unsigned c = 0; c < 256; c++) {
			unsigned char bytes[UUID_BYTES];
			char text[] = EXAMPLE;
			bool dash = text[i] == '-';
			bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');

			text[i] = (char)c;
			wrong += uuid_pack((struct str){ text, UUID_TEXT }, bytes) !=
				(dash ? c == '-' : hex);
		}
	is_int(wrong, 0, "digits in lower case where digits stand, dashes elsewhere, no more");
}

static void
test_there_and_back(void)
{
	struct sweep s = sweep_start("uuids", 36);
	int wrong = 0;

	for (int i = 0; i < 20000; i++) {
		unsigned char bytes[UUID_BYTES], again[UUID_BYTES];
		char text[UUID_TEXT], printed[UUID_TEXT + 1];

		for (unsigned k = 0; k < UUID_BYTES; k++)
			bytes[k] = (unsigned char)sweep_next(&s);
		uuid_unpack(bytes, text);
		wrong += !uuid_pack((struct str){ text, UUID_TEXT }, again) ||
			memcmp(bytes, again, UUID_BYTES) != 0;
		snprintf(printed, sizeof(printed),
			"%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
			bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6],
			bytes[7], bytes[8], bytes[9], bytes[10], bytes[11], bytes[12], bytes[13],
			bytes[14], bytes[15]);
		wrong += memcmp(text, printed, UUID_TEXT) != 0;
	}
	is_int(wrong, 0, "any 16 bytes there and back, as printf has them");
}

int
main(void)
{
	test_example();
	test_refused();
	test_every_byte();
	test_there_and_back();
	return done();
}
