#include "base/slice.h"

bool slice_int(struct slice a, bool sign, long long *v)
{
	long long n = 0;
	bool minus = sign && a.n && a.p[0] == '-';

	if (minus) {
		a.p++;
		a.n--;
	}
	if (a.n == 0 || a.n > 18)
		return false;
	for (size_t i = 0; i < a.n; i++) {
		if (a.p[i] < '0' || a.p[i] > '9')
			return false;
		n = n * 10 + (a.p[i] - '0');
	}
	*v = minus ? -n : n;
	return true;
}
