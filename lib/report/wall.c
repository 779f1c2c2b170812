#include "report/wall.h"

#include "stream/event.h"

/* The last three characters of the number, UTF-8 or not. */
static struct slice last_three(struct slice raw)
{
	size_t at = raw.n;

	for (int i = 0; i < 3 && at; i++)
		do
			at--;
		while (at && (raw.p[at] & 0xc0) == 0x80);
	return slice_of(raw.p + at, raw.n - at);
}

struct slice wall_caller(const struct wall_options *o, struct slice caller, struct buf *scratch)
{
	struct slice raw;

	if (o->callers == WALL_NONE)
		return slice_of(NULL, 0);
	raw = event_raw(caller, &scratch[0]);
	if (o->callers == WALL_FULL || !raw.n)
		return raw;
	scratch[1].n = 0;
	buf_str(&scratch[1], "...");
	buf_slice(&scratch[1], last_three(raw));
	return buf_all(&scratch[1]);
}
