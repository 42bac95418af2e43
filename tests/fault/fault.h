/*
 * fault - what a power cut, a full disk or kill -9 does to a program, at a chosen call.
 *
 * Preloaded, it counts the calls of the process that change files, and at one of them does
 * what the environment says:
 *
 *	FAULT_AT=N          at the N-th call, the first being 1; 0 or none: it only counts
 *	FAULT_HOW=HOW[-on]  what then; -on: and at each call after it
 *	FAULT_FILES=END,... calls on other files than those whose names end so do not count
 *	FAULT_REPORT=FILE   gets a line a call: number, name, bytes, what was done, file
 *
 *	before, after       killed before or after the call
 *	torn                killed when half of the bytes are written
 *	power, shuffle      the machine stops before the call: what was written and not synced is
 *	                    undone, of shuffle some of it, chosen by N; the process is killed. With
 *	                    fewer than N calls it happens at the end, and the exit status stays.
 *	nosync              power, of a machine whose syncs do nothing
 *	lost                the call does nothing and says that it did
 *	short               a write writes half of the bytes, and says so
 *	eio, enospc         the call fails; enospc lets half of a write through, and the call
 *	                    after it fails
 *	int, term           the signal comes before the call
 *
 * Writes, truncations and allocations are undone; what happens to names (made, unlinked,
 * renamed) is taken to last at once. Syncs are counted and not made: nothing here stops the
 * machine that it runs on.
 *
 * Order   calls.c has the C library's names, fault.c decides, power.c undoes.
 */
#ifndef TESTS_FAULT_FAULT_H
#define TESTS_FAULT_FAULT_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#pragma GCC visibility push(hidden)

enum fault_kind {
	FAULT_WRITE,
	FAULT_SYNC,
	FAULT_TRUNCATE,
	FAULT_ALLOCATE,
	FAULT_CREATE,
	FAULT_UNLINK,
	FAULT_RENAME,
};

struct call {
	enum fault_kind kind;
	const char *name;
	int fd;           /* the file, or the directory that path starts from */
	const char *path; /* NULL: fd is the file */
	const void *bytes;
	size_t n;
	off64_t at;   /* WRITE: -1 is the file's position */
	off64_t size; /* TRUNCATE; ALLOCATE: how much */
	int flags;    /* CREATE, ALLOCATE, UNLINK, RENAME */
	mode_t mode;  /* CREATE */
	int to_fd;    /* RENAME */
	const char *to;
};

/* The call as the program made it: what it returns, and errno. */
long fault_call(const struct call *c);

/* The call itself, by the C library. */
long call_perform(const struct call *c);
int call_open(const char *path, int flags);
void *fault_keep(void *old, size_t n); /* realloc that does not fail */
__attribute__((noreturn)) void fault_stop(const char *what);

/* Number and file of a call that is about to be made, and the call. */
long power_perform(unsigned long number, const struct call *c, const char *file, bool syncs);
/*
 * Undo what was not synced, but for what a seed other than 0 chooses. Where the process ends
 * here, whatever else it would write has to wait.
 */
void power_cut(unsigned long seed, bool ends);

#pragma GCC visibility pop

#endif
