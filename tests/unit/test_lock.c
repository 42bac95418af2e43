/* The write lock: one holder, whatever name the database has, whoever dies. */
#include "store/lock.h"

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/scratch.h"
#include "tests/unit/tap.h"

#define NOBODY 65534

/*
 * fcntl of this program, in front of the C library's: what happens between the
 * opening and the locking of the companion can only be put there.
 */
static const char *rename_before_lock;
static bool make_another; /* under the name that became free */
static int locks_tried;

int
fcntl(int fd, int cmd, ...)
{
	va_list ap;
	void *arg;

	va_start(ap, cmd);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (cmd == F_OFD_SETLK) {
		locks_tried++;
		if (rename_before_lock != NULL) {
			rename(rename_before_lock, scratch_path("taken-away"));
			if (make_another)
				scratch_write(rename_before_lock, "", 0);
			rename_before_lock = NULL;
		}
	}
	return (int)syscall(SYS_fcntl, fd, cmd, arg);
}

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static const char *
database(const char *name)
{
	const char *path = scratch_path(name);

	scratch_write(path, "x", 1);
	return path;
}

static const char *
companion(const char *name)
{
	char buf[64];

	snprintf(buf, sizeof(buf), "%s-lock", name);
	return scratch_path(buf);
}

/* Takes, says so, and holds until told; or says what went wrong. */
static int
holder(struct peer *parent, void *path)
{
	struct lock l = LOCK_INIT;
	struct err e = ERR_INIT;

	peer_say(parent, lock_take(&l, path, 10000, &e) ? 'y' : 'n');
	peer_hear(parent);
	lock_drop(&l);
	peer_say(parent, 'd');
	peer_hear(parent);
	return 0;
}

static void
test_one_process(void)
{
	const char *path = database("one");
	struct lock a = LOCK_INIT, b = LOCK_INIT;
	struct err e = ERR_INIT;

	ok(lock_take(&a, path, 0, &e), "a free lock is taken");
	ok(!lock_take(&b, path, 0, &e), "a held one is not, in the same process either");
	is_int(e.kind, ERR_BUSY, "which is busy");
	is_str(e.code, "db_busy", "its code");
	is_int(b.fd, -1, "the refused lock is not held");
	ok(strstr(e.text, path) != NULL, "the message names the database");
	lock_drop(&a);
	err_clear(&e);
	ok(lock_take(&b, path, 0, &e), "dropped, it can be had");
	ok((fcntl(b.fd, F_GETFD) & FD_CLOEXEC) != 0, "it does not pass into other programs");
	lock_drop(&b);
	lock_drop(&b);
	is_int(b.fd, -1, "dropping twice is nothing");
	ok(scratch_exists(companion("one")), "the companion stays");
	is_int(scratch_size(companion("one")), 0, "and is empty");
}

static void
test_mode(void)
{
	static const mode_t masks[] = { 0, 022, 077, 0177, 0777 };
	struct err e = ERR_INIT;

	for (size_t i = 0; i < countof(masks); i++) {
		struct lock l = LOCK_INIT;
		char name[32];
		mode_t before;

		snprintf(name, sizeof(name), "mode%zu", i);
		database(name);
		before = umask(masks[i]);
		ok(lock_take(&l, scratch_path(name), 0, &e), "taken under umask %03o", masks[i]);
		umask(before);
		is_int(scratch_mode(companion(name)), 0600, "the companion is 0600 all the same");
		lock_drop(&l);
	}
}

static void
test_links(void)
{
	const char *path = database("target");
	const char *link_path, *twice;
	struct lock a = LOCK_INIT, b = LOCK_INIT;
	struct err e = ERR_INIT;

	mkdir(scratch_path("elsewhere"), 0755);
	link_path = scratch_path("elsewhere/link");
	twice = scratch_path("twice");
	ok(symlink("../target", link_path) == 0 && symlink(link_path, twice) == 0, "links to it");
	ok(lock_take(&a, link_path, 0, &e), "taken through a link");
	ok(!scratch_exists(scratch_path("elsewhere/link-lock")), "no companion beside the link");
	ok(scratch_exists(companion("target")), "but beside the target");
	ok(!lock_take(&b, path, 0, &e), "the target is locked");
	err_clear(&e);
	ok(!lock_take(&b, twice, 0, &e), "and so is a link to the link");
	lock_drop(&a);

	err_clear(&e);
	ok(lock_take(&a, scratch_path("elsewhere/../not-yet"), 0, &e),
		"a database that is not there yet");
	ok(!lock_take(&b, scratch_path("not-yet"), 0, &e), "has one lock, however it is named");
	lock_drop(&a);
}

static void
test_two_processes(void)
{
	const char *path = database("two");
	struct peer p = peer_start(holder, (void *)(uintptr_t)path);
	struct lock l = LOCK_INIT;
	struct err e = ERR_INIT;
	int64_t start;

	is_int(peer_hear(&p), 'y', "another process takes it");
	ok(!lock_take(&l, path, 0, &e) && e.kind == ERR_BUSY, "this one is refused at once");
	start = now_ms();
	err_clear(&e);
	ok(!lock_take(&l, path, 300, &e) && e.kind == ERR_BUSY, "or after it has waited");
	ok(now_ms() - start >= 300, "the whole time");
	ok(now_ms() - start < 20000, "and not much longer");
	ok(strstr(e.text, "waited 0.300 s") != NULL, "the message says how long");
	peer_say(&p, 'd');
	is_int(peer_hear(&p), 'd', "the other drops it");
	err_clear(&e);
	ok(lock_take(&l, path, 0, &e), "and this one has it");
	lock_drop(&l);
	is_int(peer_end(&p), 0, "the other ends well");
}

/* Holds for a while after saying so, then drops unasked. */
static int
brief_holder(struct peer *parent, void *path)
{
	struct timespec while_ = { .tv_nsec = 200000000 };
	struct lock l = LOCK_INIT;
	struct err e = ERR_INIT;

	peer_say(parent, lock_take(&l, path, 10000, &e) ? 'y' : 'n');
	nanosleep(&while_, NULL);
	lock_drop(&l);
	return 0;
}

static void
test_waiting(void)
{
	const char *path = database("waiting");
	struct peer p = peer_start(brief_holder, (void *)(uintptr_t)path);
	struct lock l = LOCK_INIT;
	struct err e = ERR_INIT;

	is_int(peer_hear(&p), 'y', "held by a process");
	locks_tried = 0;
	ok(lock_take(&l, path, 30000, &e), "who waits gets it when it is dropped");
	ok(locks_tried > 1, "which was not at once");
	lock_drop(&l);
	peer_end(&p);
}

static void
test_killed_holder(void)
{
	const char *path = database("killed");
	struct peer p = peer_start(holder, (void *)(uintptr_t)path);
	struct lock l = LOCK_INIT;
	struct err e = ERR_INIT;

	is_int(peer_hear(&p), 'y', "held by a process");
	ok(!lock_take(&l, path, 0, &e), "so not to be had");
	peer_kill(&p);
	err_clear(&e);
	ok(lock_take(&l, path, 0, &e), "kill -9 of the holder frees it");
	lock_drop(&l);
}

static void
test_stolen_companion(void)
{
	const char *path = database("stolen");
	struct stat held, named;
	struct err e = ERR_INIT;
	struct lock l = LOCK_INIT;

	for (int way = 0; way < 2; way++) {
		struct lock other = LOCK_INIT;

		rename_before_lock = companion("stolen");
		make_another = way == 1;
		locks_tried = 0;
		err_clear(&e);
		ok(lock_take(&l, path, 0, &e), "taken although the companion %s meanwhile",
			way == 0 ? "loses its name" : "is replaced");
		is_int(locks_tried, 2, "by trying again");
		ok(fstat(l.fd, &held) == 0 && stat(companion("stolen"), &named) == 0 &&
				held.st_ino == named.st_ino && held.st_dev == named.st_dev,
			"what is held is what bears the name");
		ok(!lock_take(&other, path, 0, &e), "and nobody else gets it");
		lock_drop(&l);
	}
	ok(unlink(companion("stolen")) == 0, "a removed companion");
	err_clear(&e);
	ok(lock_take(&l, path, 0, &e) && scratch_exists(companion("stolen")), "is made anew");
	lock_drop(&l);
}

static void
on_alarm(int signal)
{
	(void)signal;
}

static void
test_interrupted(void)
{
	const char *path = database("interrupted");
	struct peer p = peer_start(holder, (void *)(uintptr_t)path);
	struct sigaction act = { .sa_handler = on_alarm }, before;
	struct itimerval soon = { .it_value = { .tv_usec = 100000 } },
			 never = { .it_value = { 0 } };
	struct lock l = LOCK_INIT;
	struct err e = ERR_INIT;
	int64_t start = now_ms();

	is_int(peer_hear(&p), 'y', "held by a process");
	sigaction(SIGALRM, &act, &before);
	soon.it_interval.tv_usec = 100000; /* one may come between two sleeps */
	setitimer(ITIMER_REAL, &soon, NULL);
	ok(!lock_take(&l, path, 60000, &e), "a signal ends the waiting");
	setitimer(ITIMER_REAL, &never, NULL);
	sigaction(SIGALRM, &before, NULL);
	is_int(e.kind, ERR_BUSY, "as busy");
	ok(now_ms() - start < 200000, "long before its time");
	peer_kill(&p);
}

static void
test_refusals(void)
{
	const char *path = database("odd");
	struct lock l = LOCK_INIT;
	struct err e = ERR_INIT;

	mkdir(companion("odd"), 0755);
	ok(!lock_take(&l, path, 0, &e), "a directory in its place");
	is_str(e.code, "db_not_ours", "is not ours");
	is_int(e.kind, ERR_FATAL, "and fatal");
	rmdir(companion("odd"));

	err_clear(&e);
	ok(symlink("victim", companion("odd")) == 0 && !lock_take(&l, path, 0, &e),
		"a link in its place");
	is_str(e.code, "db_not_ours", "is not followed");
	ok(!scratch_exists(scratch_path("victim")), "nor its target made");
	unlink(companion("odd"));

	err_clear(&e);
	ok(mkfifo(companion("odd"), 0600) == 0 && !lock_take(&l, path, 0, &e),
		"a pipe in its place");
	is_str(e.code, "db_not_ours", "is not ours, and not waited for");
	unlink(companion("odd"));

	err_clear(&e);
	ok(!lock_take(&l, scratch_path("nowhere/odd"), 0, &e), "a directory that is not there");
	is_int(e.kind, ERR_FATAL, "is fatal");
	is_int(l.fd, -1, "nothing is held after all this");
}

/* As a user whom modes keep out. */
static int
take_as_nobody(struct peer *parent, void *path)
{
	struct lock l = LOCK_INIT;
	struct err e = ERR_INIT;

	(void)parent;
	if (geteuid() == 0 &&
		(setresgid(NOBODY, NOBODY, NOBODY) != 0 || setresuid(NOBODY, NOBODY, NOBODY) != 0))
		return 90;
	if (lock_take(&l, path, 0, &e))
		return 0;
	return e.kind == ERR_FATAL && strcmp(e.code, "db_read_only") == 0 ? 5 : 91;
}

static void
test_other_users(void)
{
	const char *path, *own;
	struct lock l = LOCK_INIT;
	struct err e = ERR_INIT;
	struct stat sb = { .st_uid = 0 };

	mkdir(scratch_path("closed"), 0755);
	path = database("closed/db");
	chmod(scratch_path("closed"), 0555);
	is_int(child_status(take_as_nobody, (void *)(uintptr_t)path), 5,
		"a directory that cannot be written is refused as read-only");
	if (geteuid() != 0) {
		skip("only root makes files in another user's place", "root's lock there");
		return;
	}

	mkdir(scratch_path("home"), 0755);
	own = database("home/db");
	ok(chown(scratch_path("home"), NOBODY, NOBODY) == 0 && chown(own, NOBODY, NOBODY) == 0,
		"a database of another user");
	ok(lock_take(&l, own, 0, &e), "is locked by root");
	lock_drop(&l);
	ok(stat(scratch_path("home/db-lock"), &sb) == 0 && sb.st_uid == NOBODY,
		"and the companion belongs to the user");
	is_int(child_status(take_as_nobody, (void *)(uintptr_t)own), 0, "who can lock it too");
}

int
main(void)
{
	test_one_process();
	test_mode();
	test_links();
	test_two_processes();
	test_waiting();
	test_killed_holder();
	test_stolen_companion();
	test_interrupted();
	test_refusals();
	test_other_users();
	return done();
}
