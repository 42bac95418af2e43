/*
 * scratch - a directory of the test's own, and other processes to contend with.
 *
 * Shape      scratch_path names a file in a directory that is made at first
 *            use and removed at exit. A peer is a child process that runs one
 *            function; the two talk in single bytes over pipes.
 * Order      start peers before anything in this process opens a database:
 *            SQLite must not cross a fork.
 * Errors     what cannot be set up ends the program.
 */
#ifndef TESTS_UNIT_SCRATCH_H
#define TESTS_UNIT_SCRATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

const char *scratch_path(const char *name); /* holds until exit */
void scratch_write(const char *path, const void *p, size_t n);
bool scratch_exists(const char *path);
long long scratch_size(const char *path); /* -1: no such file */
int scratch_mode(const char *path);       /* permission bits; -1: no such file */
int scratch_entries(const char *path);    /* names in a directory */

struct peer {
	pid_t pid;
	int to;
	int from;
};

/* fn runs in the child with its ends of the pipes; its result is the exit status. */
typedef int (*peer_main)(struct peer *parent, void *ctx);
struct peer peer_start(peer_main fn, void *ctx);
void peer_say(struct peer *p, char c);
char peer_hear(struct peer *p);                /* '\0': it is gone */
char peer_hear_within(struct peer *p, int ms); /* '?': nothing said */
void peer_kill(struct peer *p);                /* -9, and wait */
int peer_end(struct peer *p);                  /* wait; its status, 128 + signal */

/* fn in a child of its own, to the end. */
int child_status(peer_main fn, void *ctx);

#endif
