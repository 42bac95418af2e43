/* Which call it is, and what happens there. */
#include "tests/fault/fault.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REPORT_FD_MIN 200 /* out of the way of the program's own */

#define countof(a) (sizeof(a) / sizeof((a)[0]))

enum how { NOTHING, BEFORE, AFTER, TORN, POWER, SHUFFLE, NOSYNC, LOST, SHORT, FAIL, SIGNAL };

struct mode {
	const char *name;
	enum how how;
	int number; /* of the error or signal */
};

static const struct mode modes[] = {
	{ "before", BEFORE, 0 },
	{ "after", AFTER, 0 },
	{ "torn", TORN, 0 },
	{ "power", POWER, 0 },
	{ "shuffle", SHUFFLE, 0 },
	{ "nosync", NOSYNC, 0 },
	{ "lost", LOST, 0 },
	{ "short", SHORT, 0 },
	{ "eio", FAIL, EIO },
	{ "enospc", FAIL, ENOSPC },
	{ "int", SIGNAL, SIGINT },
	{ "term", SIGNAL, SIGTERM },
};

static struct {
	unsigned long at;
	struct mode mode;
	bool on;
	const char *files;
	int report;
} plan = { .report = -1 };

static atomic_ulong calls;
static atomic_bool fail_next; /* half of a write went through */

/* ---- the plan ---- */

static void
read_how(const char *how)
{
	size_t n = strlen(how);

	plan.on = n > 3 && strcmp(how + n - 3, "-on") == 0;
	n -= plan.on ? 3 : 0;
	for (size_t i = 0; i < countof(modes); i++) {
		if (strlen(modes[i].name) == n && strncmp(modes[i].name, how, n) == 0)
			plan.mode = modes[i];
	}
	if (plan.mode.how == NOTHING)
		fault_stop("FAULT_HOW is none that is known");
}

static void
open_report(const char *path)
{
	int fd = call_open(path, O_WRONLY | O_CREAT | O_APPEND);

	plan.report = fcntl(fd, F_DUPFD_CLOEXEC, REPORT_FD_MIN);
	if (plan.report < 0)
		fault_stop("FAULT_REPORT cannot be opened");
	close(fd);
}

__attribute__((constructor)) static void
begin(void)
{
	const char *at = getenv("FAULT_AT"), *how = getenv("FAULT_HOW");
	const char *report = getenv("FAULT_REPORT");
	char *end = NULL;

	if (at != NULL) {
		plan.at = strtoul(at, &end, 10);
		if (end == at || *end != '\0')
			fault_stop("FAULT_AT is no number");
	}
	if (plan.at != 0)
		read_how(how != NULL ? how : "");
	plan.files = getenv("FAULT_FILES");
	if (report != NULL)
		open_report(report);
}

static bool
undoes(void)
{
	return plan.mode.how == POWER || plan.mode.how == SHUFFLE || plan.mode.how == NOSYNC;
}

static void
cut_power(bool ends)
{
	power_cut(plan.mode.how == SHUFFLE ? plan.at : 0, ends);
}

__attribute__((destructor)) static void
end(void)
{
	if (undoes())
		cut_power(false);
}

/* ---- the call ---- */

/* The file, as far as it has a name. */
static void
file_of(const struct call *c, char name[static PATH_MAX])
{
	char link[40];
	ssize_t n;

	if (c->path != NULL) {
		snprintf(name, PATH_MAX, "%s", c->path);
		return;
	}
	snprintf(link, sizeof(link), "/proc/self/fd/%d", c->fd);
	n = readlink(link, name, PATH_MAX - 1);
	name[n < 0 ? 0 : n] = '\0';
}

static bool
is_chosen(const char *name)
{
	size_t n = strlen(name), length;

	if (plan.files == NULL)
		return true;
	for (const char *p = plan.files; *p != '\0'; p += length + (p[length] != '\0')) {
		length = strcspn(p, ",");
		if (length <= n && strncmp(name + n - length, p, length) == 0)
			return true;
	}
	return false;
}

static void
report(unsigned long number, const struct call *c, const char *done, const char *file)
{
	char line[PATH_MAX + 100];
	int n = snprintf(line, sizeof(line), "%lu %s %zu %s %s\n", number, c->name, c->n, done,
		file);
	const struct call put = { .kind = FAULT_WRITE,
		.fd = plan.report,
		.bytes = line,
		.n = (size_t)n,
		.at = -1 };

	if (plan.report >= 0)
		(void)call_perform(&put);
}

__attribute__((noreturn)) static void
die(void)
{
	kill(getpid(), SIGKILL);
	for (;;)
		pause();
}

static bool
divisible(const struct call *c)
{
	return c->kind == FAULT_WRITE && c->n > 1;
}

static long
perform_half(const struct call *c)
{
	struct call half = *c;

	half.n /= 2;
	return call_perform(&half);
}

static long
fail(const struct call *c)
{
	if (plan.mode.number == ENOSPC && divisible(c) && !fail_next) {
		fail_next = true;
		return perform_half(c);
	}
	fail_next = false;
	errno = plan.mode.number;
	return -1;
}

static long
lose(const struct call *c)
{
	if (c->kind == FAULT_CREATE)
		return call_perform(c);
	return c->kind == FAULT_WRITE ? (long)c->n : 0;
}

static long
strike(const struct call *c)
{
	switch (plan.mode.how) {
	case NOTHING:
		break;
	case BEFORE:
		die();
	case AFTER:
		(void)call_perform(c);
		die();
	case TORN:
		if (divisible(c))
			(void)perform_half(c);
		die();
	case POWER:
	case SHUFFLE:
	case NOSYNC:
		cut_power(true);
		die();
	case LOST:
		return lose(c);
	case SHORT:
		return divisible(c) ? perform_half(c) : call_perform(c);
	case FAIL:
		return fail(c);
	case SIGNAL:
		kill(getpid(), plan.mode.number);
		break;
	}
	return call_perform(c);
}

static bool
is_time(unsigned long number)
{
	if (plan.at == 0)
		return false;
	return number == plan.at || (plan.on && number > plan.at) || fail_next;
}

long
fault_call(const struct call *c)
{
	char file[PATH_MAX] = "";
	int before = errno;
	unsigned long number;
	bool now;

	if (plan.files != NULL || plan.report >= 0 || undoes())
		file_of(c, file);
	errno = before;
	if (!is_chosen(file))
		return call_perform(c);
	number = ++calls;
	now = is_time(number);
	report(number, c, now ? plan.mode.name : "-", file);
	errno = before;
	if (now)
		return strike(c);
	return undoes() ? power_perform(number, c, file, plan.mode.how != NOSYNC) : call_perform(c);
}
