/*
 * watch - run a command, and write how long it took and how much memory.
 *
 *	watch REPORT COMMAND ...
 *
 * REPORT gets one line: seconds by the clock, from the start to the end of the
 * command; the most memory it had at once, in KiB; its exit status, 128 more
 * than the number of the signal that ended it. The status is 0, whatever the
 * command's is. A process this small starts the command because a process
 * inherits the memory mark of the one that starts it.
 */
#include <errno.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "base/banned.h"

extern char **environ;

static double
now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int
cannot(const char *what, int error)
{
	fprintf(stderr, "watch: %s: %s\n", what, strerror(error));
	return 1;
}

int
main(int argc, char *argv[])
{
	struct rusage used;
	double start;
	FILE *report;
	pid_t pid;
	int status, error;

	if (argc < 3) {
		fputs("usage: watch REPORT COMMAND ...\n", stderr);
		return 2;
	}
	start = now_s();
	error = posix_spawnp(&pid, argv[2], NULL, NULL, argv + 2, environ);
	if (error != 0)
		return cannot(argv[2], error);
	while (wait4(pid, &status, 0, &used) < 0)
		if (errno != EINTR)
			return cannot(argv[2], errno);
	start = now_s() - start;
	status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	report = fopen(argv[1], "w");
	if (report == NULL || fprintf(report, "%.6f %ld %d\n", start, used.ru_maxrss, status) < 0)
		return cannot(argv[1], errno);
	return fclose(report) == 0 ? 0 : cannot(argv[1], errno);
}
