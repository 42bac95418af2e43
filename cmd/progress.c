#include "cli_private.h"

#include <stdio.h>
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

/* 1234567 as 1,234,567 */
static void
add_count(struct buf *out, uint64_t n)
{
	char digits[24];
	size_t left = (size_t)snprintf(digits, sizeof(digits), "%llu", (unsigned long long)n);

	for (const char *p = digits; left > 0; p++, left--) {
		buf_add_char(out, *p);
		if (left > 1 && left % 3 == 1)
			buf_add_char(out, ',');
	}
}

/* "950/s", "81.2 k/s", "2.1 M/s" */
static void
add_rate(struct buf *out, uint64_t rate)
{
	uint64_t unit = rate >= 1000000 ? 1000000 : 1000;

	if (rate < 1000)
		buf_printf(out, "%llu/s", (unsigned long long)rate);
	else
		buf_printf(out, "%llu.%llu %c/s", (unsigned long long)(rate / unit),
			(unsigned long long)(rate % unit / (unit / 10)), unit == 1000 ? 'k' : 'M');
}

/* "0:03", "2:00:00" */
static void
add_time(struct buf *out, uint64_t seconds)
{
	unsigned long long hours = seconds / 3600, minutes = seconds / 60 % 60;

	if (hours > 0)
		buf_printf(out, "%llu:%02llu:%02llu", hours, minutes,
			(unsigned long long)(seconds % 60));
	else
		buf_printf(out, "%llu:%02llu", minutes, (unsigned long long)(seconds % 60));
}

struct state {
	const char *what;
	uint64_t done;
	uint64_t total;
	const struct cli_count *counts;
	size_t n;
};

static void
line(struct buf *out, const struct state *s, uint64_t spent_ms)
{
	uint64_t rate = s->done * 1000 / spent_ms; /* counts and bytes stay far below 2^54 */

	add_count(out, s->done);
	buf_printf(out, " %s  ", s->what);
	add_rate(out, rate);
	for (size_t i = 0; i < s->n; i++) {
		if (s->counts[i].n == 0)
			continue;
		buf_add_c(out, "  ");
		add_count(out, s->counts[i].n);
		buf_printf(out, " %s", s->counts[i].what);
	}
	if (s->total == 0 || s->done > s->total)
		return;
	buf_printf(out, "  %llu %%", (unsigned long long)(s->done * 100 / s->total));
	if (rate > 0) {
		buf_add_c(out, "  ");
		add_time(out, (s->total - s->done) / rate);
		buf_add_c(out, " left");
	}
}

static void
put_line(struct progress *p, const struct state *s, uint64_t spent_ms)
{
	struct buf out = BUF_INIT;

	if (p->terminal)
		buf_add_char(&out, '\r');
	line(&out, s, spent_ms);
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

void
cli_progress_counts(struct cli *c, const char *what, uint64_t done, uint64_t total,
	const struct cli_count *counts, size_t n)
{
	struct progress *p = &c->p->progress;
	struct state state = { what, done, total, counts, n };
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
	put_line(p, &state, (uint64_t)(now_ms - p->start_ms));
}

void
cli_progress(struct cli *c, const char *what, uint64_t done, uint64_t total)
{
	cli_progress_counts(c, what, done, total, NULL, 0);
}
