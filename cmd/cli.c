#include "cli_private.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/instant.h"

#include "base/banned.h"

/* What a signal handler may touch, and other threads read; a process runs one command. */
static atomic_int caught_signal;
static char bug_line[256];
static size_t bug_length;

/* ---- signals and descriptors ---- */

static void
on_signal(int number)
{
	caught_signal = number;
}

static void
on_abort(int number)
{
	ssize_t n = write(STDERR_FILENO, bug_line, bug_length);

	(void)number;
	(void)n;
	_exit(STATUS_BUG);
}

static void
handle(int number, void (*handler)(int), int flags)
{
	struct sigaction action = { .sa_flags = flags };

	action.sa_handler = handler;
	(void)sigemptyset(&action.sa_mask);
	(void)sigaction(number, &action, NULL);
}

/*
 * The first signal is noted, the next one has its usual effect; what the caller ignores
 * stays so.
 */
static void
hold_signals(void)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };

	for (size_t i = 0; i < countof(numbers); i++) {
		struct sigaction now;

		if (sigaction(numbers[i], NULL, &now) == 0 && now.sa_handler == SIG_DFL)
			handle(numbers[i], on_signal, (int)SA_RESETHAND);
	}
}

static void
expect_bugs(const struct cli *c)
{
	struct buf line = BUF_INIT;

	if (c->p->errors_json)
		buf_add_c(&line,
			"{\"type\":\"error\",\"code\":\"internal_error\","
			"\"message\":\"internal error\"}\n");
	else
		buf_printf(&line, "%s: internal error [internal_error]\n", c->prog);
	bug_length = line.n < sizeof(bug_line) ? line.n : sizeof(bug_line);
	for (size_t i = 0; i < bug_length; i++)
		bug_line[i] = line.p[i];
	buf_release(&line);
	handle(SIGABRT, on_abort, 0);
}

/*
 * A closed standard descriptor is taken by one whose use fails, so that no file
 * opened later (a database!) gets its number.
 */
static void
fill_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF)
			continue;
		if (open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			_exit(STATUS_CANNOT);
	}
}

bool
cli_signalled(void)
{
	return caught_signal != 0;
}

bool
cli_interrupted(struct cli *c)
{
	return c->p->writes && cli_signalled();
}

/* ---- running ---- */

struct store_options
cli_store_options(const struct cli *c, enum store_mode mode)
{
	return (struct store_options){
		.path = c->db,
		.mode = mode,
		.lock_wait_ms = c->p->lock_wait_ms,
		.now_ns = c->now_ns,
		.tool = c->prog,
		.verb = c->verb->name,
		.interrupted = c->p->writes ? cli_signalled : NULL,
	};
}

static bool
run_verb(struct cli *c)
{
	enum cli_store need = c->verb->store;

	c->p->writes = need == CLI_STORE_WRITE || need == CLI_STORE_OWN;
	if (c->p->writes)
		hold_signals();
	if (need == CLI_STORE_READ || need == CLI_STORE_WRITE) {
		struct store_options opt = cli_store_options(c,
			need == CLI_STORE_WRITE ? STORE_WRITE : STORE_READ);

		if (!store_open(&opt, &c->store, &c->e))
			return false;
	}
	return c->verb->run(c);
}

static bool
run(struct cli *c, int argc, char *argv[])
{
	bool parsed = options_parse(c, argc, argv);

	expect_bugs(c);
	if (!parsed)
		return false;
	if (c->p->help) {
		help_write(c);
		return true;
	}
	if (c->p->version) {
		struct str line = str_printf(&c->run, "%s (mtr) %s\n", c->prog, MTR_VERSION);

		cli_put_bytes(c, line);
		return true;
	}
	if (!settings_apply(c))
		return false;
	if (c->p->completion != NULL) {
		completion_write(c, c->p->completion);
		return true;
	}
	return run_verb(c);
}

int
cli_main(const char *prog, const char *purpose, const struct verb *verbs, size_t nverbs, int argc,
	char *argv[])
{
	struct cli_private p = {
		.purpose = purpose,
		.verbs = verbs,
		.nverbs = nverbs,
		.lock_wait_ms = -1,
	};
	struct cli c = {
		.prog = prog,
		.p = &p,
		.limit = -1,
		.now_ns = INSTANT_NONE,
		.at_ns = INSTANT_NONE,
		.from_ns = INSTANT_NONE,
		.to_ns = INSTANT_NONE,
	};
	bool ok;
	int status;

	fill_descriptors();
	handle(SIGPIPE, SIG_IGN, 0);
	handle(SIGXFSZ, SIG_IGN, 0); /* a file too large is an error like a full disk */
	json_scanner_init(&p.out.scanner);
	progress_init(&c);
	ok = run(&c, argc, argv);
	progress_clear(&c);
	/* A verb that fails says why. */
	assert(ok || c.e.kind != ERR_NONE || p.worst != STATUS_DONE || cli_interrupted(&c));
	if (c.e.kind != ERR_NONE)
		(void)cli_report(&c, &c.e);
	output_finish(&c, ok);
	store_close(c.store);
	status = cli_interrupted(&c) ? 128 + caught_signal : (int)p.worst;
	output_release(&c);
	arena_release(&c.rec);
	arena_release(&c.run);
	return status;
}
