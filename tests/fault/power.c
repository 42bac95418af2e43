/* What was written and not synced, so that it can be undone. */
#include "tests/fault/fault.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct change {
	unsigned long number;
	char *path;
	dev_t dev;
	ino_t ino;
	off64_t at, size_before, size_after;
	size_t nbefore, nafter;
	unsigned char *before, *after; /* the bytes from at */
};

static struct change *changes;
static size_t nchanges, changes_cap;

/* Two threads must not mix their changes, nor write on when one has cut. */
static atomic_flag busy = ATOMIC_FLAG_INIT;

static off64_t
larger(off64_t a, off64_t b)
{
	return a > b ? a : b;
}

/* The bytes that the next call overwrites or cuts off. */
static void
keep_before(struct change *ch, int fd, off64_t n)
{
	off64_t there = ch->size_before - ch->at;
	int own = -1;

	if (there <= 0 || n <= 0)
		return;
	ch->nbefore = (size_t)(n < there ? n : there);
	ch->before = fault_keep(NULL, ch->nbefore);
	if ((fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY)
		fd = own = call_open(ch->path, O_RDONLY);
	if (pread64(fd, ch->before, ch->nbefore, ch->at) != (ssize_t)ch->nbefore)
		fault_stop("what is overwritten cannot be read");
	if (own >= 0)
		close(own);
}

static void
note_write(struct change *ch, const struct call *c)
{
	bool appends = (fcntl(c->fd, F_GETFL) & O_APPEND) != 0;

	ch->at = c->at;
	if (c->at < 0)
		ch->at = appends ? ch->size_before : lseek64(c->fd, 0, SEEK_CUR);
	ch->size_after = larger(ch->size_before, ch->at + (off64_t)c->n);
	ch->nafter = c->n;
	ch->after = memcpy(fault_keep(NULL, c->n), c->bytes, c->n);
	keep_before(ch, c->fd, (off64_t)c->n);
}

static void
note_truncate(struct change *ch, const struct call *c)
{
	ch->at = ch->size_after = c->size;
	keep_before(ch, c->fd, ch->size_before - c->size);
}

static void
note_allocate(struct change *ch, const struct call *c)
{
	ch->at = c->at + c->size;
	ch->size_after = ch->size_before;
	if ((c->flags & FALLOC_FL_KEEP_SIZE) == 0)
		ch->size_after = larger(ch->size_before, ch->at);
}

static void
note(unsigned long number, const struct call *c, const char *file)
{
	struct change ch = { .number = number };
	struct stat64 st;

	if (fstat64(c->fd, &st) != 0 || !S_ISREG(st.st_mode))
		return;
	ch.dev = st.st_dev;
	ch.ino = st.st_ino;
	ch.path = memcpy(fault_keep(NULL, strlen(file)), file, strlen(file) + 1);
	ch.size_before = st.st_size;
	if (c->kind == FAULT_WRITE)
		note_write(&ch, c);
	else if (c->kind == FAULT_TRUNCATE)
		note_truncate(&ch, c);
	else
		note_allocate(&ch, c);
	if (nchanges == changes_cap) {
		changes_cap = changes_cap * 2 + 64;
		changes = fault_keep(changes, changes_cap * sizeof(*changes));
	}
	changes[nchanges++] = ch;
}

static void
forget_synced(int fd)
{
	struct stat64 st;
	size_t left = 0;

	if (fstat64(fd, &st) != 0)
		return;
	for (size_t i = 0; i < nchanges; i++) {
		if (changes[i].dev != st.st_dev || changes[i].ino != st.st_ino) {
			changes[left++] = changes[i];
			continue;
		}
		free(changes[i].path);
		free(changes[i].before);
		free(changes[i].after);
	}
	nchanges = left;
}

static void
take_turn(void)
{
	while (atomic_flag_test_and_set(&busy))
		usleep(10);
}

long
power_perform(unsigned long number, const struct call *c, const char *file, bool syncs)
{
	long result;

	take_turn();
	if (c->kind == FAULT_SYNC && syncs)
		forget_synced(c->fd);
	if (c->kind == FAULT_WRITE || c->kind == FAULT_TRUNCATE || c->kind == FAULT_ALLOCATE)
		note(number, c, file);
	result = call_perform(c);
	atomic_flag_clear(&busy);
	return result;
}

static void
put(const struct change *ch, const unsigned char *bytes, size_t n, off64_t size)
{
	int fd = call_open(ch->path, O_WRONLY);
	const struct call write = { .kind = FAULT_WRITE,
		.fd = fd,
		.bytes = bytes,
		.n = n,
		.at = ch->at };
	const struct call cut = { .kind = FAULT_TRUNCATE, .fd = fd, .size = size };
	struct stat64 st;

	/* A file that lost its name is gone with its bytes. */
	if (fd < 0 || fstat64(fd, &st) != 0 || st.st_ino != ch->ino || st.st_dev != ch->dev)
		return;
	if ((n > 0 && call_perform(&write) != (long)n) || call_perform(&cut) != 0)
		fault_stop("what was not synced cannot be undone");
	close(fd);
}

static bool
survives(const struct change *ch, unsigned long seed)
{
	uint64_t z = ((uint64_t)seed << 32 ^ ch->number) * UINT64_C(0xbf58476d1ce4e5b9);

	return seed != 0 && (z >> 40 & 1) != 0;
}

void
power_cut(unsigned long seed, bool ends)
{
	take_turn();
	for (size_t i = nchanges; i > 0; i--) {
		const struct change *ch = &changes[i - 1];

		put(ch, ch->before, ch->nbefore, ch->size_before);
	}
	for (size_t i = 0; i < nchanges; i++) {
		const struct change *ch = &changes[i];

		if (survives(ch, seed))
			put(ch, ch->after, ch->nafter, ch->size_after);
	}
	nchanges = 0;
	if (!ends)
		atomic_flag_clear(&busy);
}
