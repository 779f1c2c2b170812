#include "base/program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

static bool executable(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

/* DIR/name if that can be executed. */
static char *in_directory(struct slice dir, const char *name)
{
	struct buf b = { 0 };
	char *path;

	buf_slice(&b, dir);
	buf_byte(&b, '/');
	buf_str(&b, name);
	path = buf_cstr(&b);
	if (path && executable(path))
		return path;
	buf_free(&b);
	return NULL;
}

/* In the directory of `file`, a path with a slash. */
static char *sibling(const char *file, const char *name)
{
	return in_directory(slice_of(file, (size_t)(strrchr(file, '/') - file)), name);
}

char *program_in_path(const char *name)
{
	const char *path = getenv("PATH");
	struct slice dir, rest;
	char *found;

	if (strchr(name, '/'))
		return executable(name) ? strdup(name) : NULL;
	for (rest = slice_str(path ? path : "/usr/bin:/bin"); *name; ) {
		dir = slice_cut(rest, ':', &rest);
		found = in_directory(dir.n ? dir : SLICE("."), name);
		if (found || !rest.n)
			return found;
	}
	return NULL;
}

char *program_beside(const char *argv0, const char *name)
{
	char *self = strchr(argv0, '/') ? strdup(argv0) : program_in_path(argv0);
	char *found = self ? sibling(self, name) : NULL;
	char exe[4096];
	ssize_t n;

	free(self);
	if (found)
		return found;
	n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	if (n <= 0)
		return NULL;
	exe[n] = '\0';
	return strchr(exe, '/') ? sibling(exe, name) : NULL;
}

void program_descriptors(void)
{
	/* the other way about, so that reading or writing it is still an error */
	static const int how[] = { O_WRONLY, O_RDONLY, O_RDONLY };

	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			open("/dev/null", how[fd]); /* the lowest that is free: this one */
}

int program_pipe(int ends[2])
{
	int low[2], err = 0;

	ends[0] = ends[1] = -1;
	if (pipe(low) < 0)
		return -1;
	for (int i = 0; i < 2 && !err; i++) {
		ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, 3);
		if (ends[i] < 0)
			err = errno;
	}
	close(low[0]);
	close(low[1]);
	if (!err)
		return 0;
	if (ends[0] >= 0)
		close(ends[0]);
	ends[0] = -1;
	errno = err;
	return -1;
}

void program_files(size_t n)
{
	struct rlimit r;

	n += 64;
	if (getrlimit(RLIMIT_NOFILE, &r) < 0 || r.rlim_cur >= n)
		return;
	r.rlim_cur = n < r.rlim_max ? n : r.rlim_max;
	setrlimit(RLIMIT_NOFILE, &r);
}

bool program_same(const char *a, const char *b)
{
	struct stat s, t;

	return stat(a, &s) == 0 && stat(b, &t) == 0 && s.st_dev == t.st_dev && s.st_ino == t.st_ino;
}
