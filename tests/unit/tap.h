/*
 * tap - results of a unit program as TAP lines on stdout.
 *
 * Shape      each check prints "ok N - name" or "not ok N - name" and, where
 *            it failed, what was got and wanted as "# ..." lines. The plan
 *            comes last, so a program that dies early has none and fails.
 * Order      lines are flushed one by one; a crash loses nothing.
 * Source     testanything.org, version 12.
 * Example    is_int(days_in_month(2024, 2), 29, "leap February"); return done();
 */
#ifndef TESTS_UNIT_TAP_H
#define TESTS_UNIT_TAP_H

#include <stdbool.h>
#include <stdint.h>

void ok(bool cond, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Either may be NULL; two NULLs are equal. */
void is_str(const char *got, const char *want, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void is_int(int64_t got, int64_t want, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* A remark: the seed of a sweep, the values that broke a law. */
void note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* One test that cannot be run here, and why. */
void skip(const char *reason, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Print the plan; the exit status of main: 0 when every check held and there was one. */
int done(void);

#endif
