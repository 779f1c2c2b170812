#include "stream/seconds.h"

bool seconds_are(const unsigned char *p)
{
	for (int i = 0; i < SECONDS_DIGITS; i++)
		if (p[i] < '0' || p[i] > '9')
			return false;
	/* 2^33 is 8589934592 */
	return p[0] != '0' && memcmp(p, "85899345", 8) < 0;
}

bool seconds_new(struct seconds *s, const unsigned char *p)
{
	int64_t n = 0;

	if (!seconds_are(p))
		return false;
	for (int i = 0; i < 8; i++)
		n = n * 10 + (p[i] - '0');
	memcpy(&s->digits, p, 8);
	s->hundreds = n * 100 * 1000000;
	return true;
}
