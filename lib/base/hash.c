#include "base/hash.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

uint64_t hash_drawn;

uint64_t hash_draw(void)
{
	int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
	uint64_t seed;
	struct timespec ts;

	if (fd < 0 || read(fd, &seed, sizeof(seed)) != sizeof(seed)) {
		clock_gettime(CLOCK_MONOTONIC, &ts);
		seed = hash_mix((uint64_t)ts.tv_nsec, (uint64_t)getpid());
	}
	if (fd >= 0)
		close(fd);
	return hash_drawn = seed | 1;
}
