#include "base/hash.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

uint64_t hash_seed(void)
{
	static uint64_t seed;

	if (!seed) {
		int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
		struct timespec ts;

		if (fd < 0 || read(fd, &seed, sizeof(seed)) != sizeof(seed)) {
			clock_gettime(CLOCK_MONOTONIC, &ts);
			seed = hash_mix((uint64_t)ts.tv_nsec, (uint64_t)getpid());
		}
		if (fd >= 0)
			close(fd);
		seed |= 1;
	}
	return seed;
}
