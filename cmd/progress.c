#include "cli_private.h"

#include <time.h>
#include <unistd.h>

#include "base/banned.h"

#define FIRST_MS 1000
#define EVERY_MS 200 /* at most 5 a second */

static int64_t
monotonic_ms(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_MONOTONIC, &t) != 0)
		return 0;
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void
progress_init(struct cli *c)
{
	c->p->progress.terminal = isatty(STDERR_FILENO) == 1;
}

void
progress_clear(struct cli *c)
{
	struct progress *p = &c->p->progress;
	struct buf out = BUF_INIT;

	if (p->width == 0)
		return;
	buf_printf(&out, "\r%*s\r", (int)p->width, "");
	message_raw(buf_str(&out));
	buf_release(&out);
	p->width = 0;
}

static void
line(struct buf *out, const char *what, uint64_t done, uint64_t total, uint64_t spent_ms)
{
	uint64_t rate = done * 1000 / spent_ms; /* counts and bytes stay far below 2^54 */

	buf_printf(out, "%s: %llu, %llu/s", what, (unsigned long long)done,
		(unsigned long long)rate);
	if (total == 0 || done > total)
		return;
	buf_printf(out, ", %llu %%", (unsigned long long)(done * 100 / total));
	if (rate > 0)
		buf_printf(out, ", %llu s left", (unsigned long long)((total - done) / rate));
}

void
cli_progress(struct cli *c, const char *what, uint64_t done, uint64_t total)
{
	struct progress *p = &c->p->progress;
	struct buf out = BUF_INIT;
	int64_t now_ms;

	if (p->mode == PROGRESS_NEVER || c->quiet || (p->mode == PROGRESS_AUTO && !p->terminal))
		return;
	now_ms = monotonic_ms();
	if (p->what != what) { /* another piece of work */
		p->what = what;
		p->start_ms = now_ms;
	}
	if (now_ms - p->start_ms < FIRST_MS || now_ms - p->last_ms < EVERY_MS)
		return;
	p->last_ms = now_ms;
	if (p->terminal)
		buf_add_char(&out, '\r');
	line(&out, what, done, total, (uint64_t)(now_ms - p->start_ms));
	if (p->terminal) {
		size_t width = out.n - 1;

		/* Blanks over what is left of a longer line before. */
		if (p->width > width)
			buf_printf(&out, "%*s", (int)(p->width - width), "");
		p->width = width;
	} else {
		buf_add_char(&out, '\n');
	}
	message_raw(buf_str(&out));
	buf_release(&out);
}
