/*
 * duckdb - run SQL in a DuckDB file, through the shared library $DUCKDB_LIB.
 *
 *	duckdb FILE STATEMENTS ...
 *
 * Each operand is executed in turn; the time it took stands on a line of its own,
 * in seconds. Results go where COPY ... TO puts them. Without operands behind the
 * file the version of the library is written.
 *
 * The library is opened at run time, so that nothing here needs it to be built.
 * Its types are what its C interface promises: handles, and a result whose
 * members are its own business.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/banned.h"

struct result {
	uint64_t opaque[16]; /* six words in version 1; it must not be too small */
};

struct library {
	int (*open)(const char *path, void **database);
	void (*close)(void **database);
	int (*connect)(void *database, void **connection);
	void (*disconnect)(void **connection);
	int (*query)(void *connection, const char *sql, struct result *out);
	const char *(*result_error)(struct result *result);
	void (*destroy_result)(struct result *result);
	const char *(*library_version)(void);
};

static _Noreturn void
fail(const char *what, const char *why)
{
	fprintf(stderr, "duckdb: %s: %s\n", what, why != NULL ? why : "failed");
	exit(1);
}

static void *
symbol(void *handle, const char *name)
{
	void *address = dlsym(handle, name);

	if (address == NULL)
		fail(name, dlerror());
	return address;
}

static void
load(struct library *lib)
{
	const char *path = getenv("DUCKDB_LIB");
	void *handle;

	if (path == NULL || path[0] == '\0')
		fail("DUCKDB_LIB", "not set; it names the shared library");
	handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (handle == NULL)
		fail(path, dlerror());
	/* POSIX lets an address of dlsym become a function through an object. */
	*(void **)&lib->open = symbol(handle, "duckdb_open");
	*(void **)&lib->close = symbol(handle, "duckdb_close");
	*(void **)&lib->connect = symbol(handle, "duckdb_connect");
	*(void **)&lib->disconnect = symbol(handle, "duckdb_disconnect");
	*(void **)&lib->query = symbol(handle, "duckdb_query");
	*(void **)&lib->result_error = symbol(handle, "duckdb_result_error");
	*(void **)&lib->destroy_result = symbol(handle, "duckdb_destroy_result");
	*(void **)&lib->library_version = symbol(handle, "duckdb_library_version");
}

static double
now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
run(const struct library *lib, void *connection, const char *sql)
{
	struct result result = { { 0 } };
	double start = now_s();

	if (lib->query(connection, sql, &result) != 0)
		fail(sql, lib->result_error(&result));
	printf("%.6f\n", now_s() - start);
	lib->destroy_result(&result);
}

int
main(int argc, char *argv[])
{
	struct library lib;
	void *database = NULL, *connection = NULL;

	if (argc < 2) {
		fputs("usage: duckdb FILE STATEMENTS ...\n", stderr);
		return 2;
	}
	load(&lib);
	if (argc == 2)
		printf("%s\n", lib.library_version());
	if (lib.open(argv[1], &database) != 0 || lib.connect(database, &connection) != 0)
		fail(argv[1], "cannot be opened");
	for (int i = 2; i < argc; i++)
		run(&lib, connection, argv[i]);
	lib.disconnect(&connection);
	lib.close(&database);
	return fflush(stdout) == 0 ? 0 : 1;
}
