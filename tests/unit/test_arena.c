#include "base/arena.h"

#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"

#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

static void
test_alloc(void)
{
	struct sweep s = sweep_start("allocations", 11);
	struct arena a = ARENA_INIT;
	bool aligned = true, zeroed = true, apart = true;
	unsigned char *last = NULL;
	size_t last_n = 0;

	for (int round = 0; round < 4; round++) {
		for (int i = 0; i < 2000; i++) {
			size_t n = sweep_below(&s, i % 100 == 0 ? 100000 : 200);
			unsigned char *p = arena_alloc(&a, n);

			aligned = aligned && (uintptr_t)p % 16 == 0;
			for (size_t b = 0; b < n; b++)
				zeroed = zeroed && p[b] == 0;
			memset(p, 0xa5, n);
			for (size_t b = 0; b < last_n; b++)
				apart = apart && last[b] == 0xa5;
			last = p;
			last_n = n;
		}
		arena_clear(&a);
		last_n = 0;
	}
	ok(aligned, "every allocation is aligned to 16 bytes");
	ok(zeroed, "every allocation is zero, after a clear too");
	ok(apart, "an allocation leaves the one before it alone");
	arena_release(&a);
	ok(a.block == NULL, "a released arena is empty");
	ok(arena_alloc(&a, 0) != NULL, "and usable again, for nothing at all too");
	arena_clear(&a);
	arena_clear(&a);
	arena_release(&a);
	arena_release(&a);
}

static void
test_grow(void)
{
	struct arena a = ARENA_INIT;
	size_t cap = 1, copies = 0;
	int *p = ARENA_ARRAY(&a, cap, int);
	bool kept = true, zero = true;

	for (size_t n = 0; n < 5000; n++) {
		int *q = arena_grow(&a, p, &cap, n + 1, sizeof(*p));
		copies += q != p;
		p = q;
		zero = zero && p[n] == 0;
		p[n] = (int)n;
	}
	for (size_t n = 0; n < 5000; n++)
		kept = kept && p[n] == (int)n;
	ok(kept, "a grown array keeps its elements");
	ok(zero, "and adds zeros");
	ok(copies <= 14, "and doubles: %zu copies for 5000 elements", copies);
	ok(arena_grow(&a, p, &cap, cap, sizeof(*p)) == p, "what is large enough stays");
	arena_release(&a);
}

enum overflow { TOO_MANY_BYTES, PRODUCT, HUGE_BLOCK, PRODUCT_OUTSIDE, GROWTH };

static void
ask_too_much(enum overflow what)
{
	struct arena a = ARENA_INIT;
	size_t cap = 0;

	switch (what) {
	case TOO_MANY_BYTES:
		arena_alloc(&a, SIZE_MAX);
		break;
	case PRODUCT:
		arena_array(&a, SIZE_MAX / 2, 3);
		break;
	case HUGE_BLOCK:
		arena_alloc(&a, (size_t)PTRDIFF_MAX - 64);
		break;
	case PRODUCT_OUTSIDE:
		mem_realloc(NULL, SIZE_MAX / 2, 3);
		break;
	case GROWTH:
		arena_grow(&a, NULL, &cap, SIZE_MAX / 2, 16);
		break;
	}
	_exit(0);
}

static void
test_out_of_memory(enum overflow what, const char *name)
{
	char said[200];
	int fds[2], status = 0;
	ssize_t n;

	if (pipe(fds) != 0)
		return;

	pid_t child = fork();
	if (child == 0) {
		dup2(fds[1], STDERR_FILENO);
		ask_too_much(what);
	}
	close(fds[1]);
	n = read(fds[0], said, sizeof(said) - 1);
	close(fds[0]);
	said[n < 0 ? 0 : n] = '\0';
	waitpid(child, &status, 0);
	is_int(WIFEXITED(status) ? WEXITSTATUS(status) : -1, 5, "%s ends with 5", name);
	is_str(said, "mtr: out of memory\n", "%s says so", name);
}

int
main(void)
{
	test_alloc();
	test_grow();
	test_out_of_memory(TOO_MANY_BYTES, "more than there can be");
	test_out_of_memory(PRODUCT, "a product that overflows");
#ifdef __SANITIZE_ADDRESS__
	skip("the sanitizer's allocator ends the program itself", "a block no system gives");
#else
	test_out_of_memory(HUGE_BLOCK, "a block no system gives");
#endif
	test_out_of_memory(PRODUCT_OUTSIDE, "a product outside arenas");
	test_out_of_memory(GROWTH, "an array grown too far");
	return done();
}
