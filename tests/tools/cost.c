/*
 * cost FILE COMMAND
 *
 * Runs `/bin/sh -c COMMAND` and writes to FILE: wall seconds, CPU seconds (user and system, of the
 * command and of all it started and waited for) and the peak memory of the largest of these
 * processes in KiB. Ends as the command does, a signal as 255.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

int main(int argc, char **argv)
{
	struct timespec begin, end;
	struct rusage used;
	int status;
	pid_t pid;
	FILE *to;

	if (argc != 3 || !(to = fopen(argv[1], "w"))) {
		fputs("usage: cost file command\n", stderr);
		return 2;
	}
	clock_gettime(CLOCK_MONOTONIC, &begin);
	pid = fork();
	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", argv[2], (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &used) < 0) {
		perror("cost");
		return 2;
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	fprintf(to, "%.6f\t%.6f\t%ld\n",
		(double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9,
		seconds(used.ru_utime) + seconds(used.ru_stime), used.ru_maxrss);
	if (fclose(to) != 0)
		return 2;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}
