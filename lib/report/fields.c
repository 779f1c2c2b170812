#include "report/fields.h"

#include "base/when.h"
#include "stream/event.h"

static bool number(struct slice s, long long *v)
{
	bool minus = s.n && s.p[0] == '-';
	unsigned long long n = 0, most = (unsigned long long)INT64_MAX + minus;
	size_t i = minus;

	if (i == s.n)
		return false;
	for (; i < s.n; i++) {
		unsigned digit = s.p[i] - (unsigned)'0';

		if (digit > 9 || n > (most - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*v = minus && n ? -(long long)(n - 1) - 1 : (long long)n;
	return true;
}

long long fields_int(struct fields *f)
{
	long long v = 0;

	f->bad |= !number(fields_text(f), &v);
	return v;
}

int64_t fields_time(struct fields *f)
{
	struct slice part, whole = slice_cut(fields_text(f), '.', &part);
	long long seconds = 0, rest = 0, unit = WHEN_SECOND;

	f->bad |= !number(whole, &seconds) || seconds < 0 || seconds > EVENT_TIME_MAX / WHEN_SECOND;
	for (; part.n && unit > 1; part = slice_of(part.p + 1, part.n - 1)) {
		unit /= 10;
		f->bad |= part.p[0] < '0' || part.p[0] > '9';
		rest += (part.p[0] - '0') * unit;
	}
	f->bad |= part.n > 0;
	return f->bad ? 0 : seconds * WHEN_SECOND + rest;
}

bool fields_pair(struct fields *f, long long *a, long long *b)
{
	struct slice second, first = slice_cut(fields_text(f), ':', &second);

	f->bad |= !number(first, a) || !number(second, b);
	return !f->bad;
}
