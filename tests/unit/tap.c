#include "tests/unit/tap.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static unsigned checks;
static unsigned failures;

static void result(bool cond, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));

static void
result(bool cond, const char *fmt, va_list ap)
{
	checks++;
	if (!cond)
		failures++;
	printf("%sok %u - ", cond ? "" : "not ", checks);
	vprintf(fmt, ap);
}

/* A text on lines of its own, each marked as a remark. */
static void
show(const char *label, const char *text)
{
	printf("#   %s: ", label);
	if (!text)
		printf("(null)");
	for (const char *p = text; p && *p; p++) {
		if (*p == '\n')
			printf("\n#     ");
		else
			putchar(*p);
	}
	putchar('\n');
}

void
ok(bool cond, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	result(cond, fmt, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
}

void
is_str(const char *got, const char *want, const char *fmt, ...)
{
	bool same = got && want ? strcmp(got, want) == 0 : got == want;
	va_list ap;

	va_start(ap, fmt);
	result(same, fmt, ap);
	va_end(ap);
	putchar('\n');
	if (!same) {
		show("got", got);
		show("want", want);
	}
	fflush(stdout);
}

void
is_int(int64_t got, int64_t want, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	result(got == want, fmt, ap);
	va_end(ap);
	putchar('\n');
	if (got != want)
		printf("#   got: %" PRId64 "\n#   want: %" PRId64 "\n", got, want);
	fflush(stdout);
}

void
note(const char *fmt, ...)
{
	va_list ap;

	printf("# ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
}

void
skip(const char *reason, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	result(true, fmt, ap);
	va_end(ap);
	printf(" # SKIP %s\n", reason);
	fflush(stdout);
}

int
done(void)
{
	printf("1..%u\n", checks);
	return failures == 0 && checks > 0 && fflush(stdout) == 0 ? 0 : 1;
}
