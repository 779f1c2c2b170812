#include "fold/wrapup.h"

#include <stdlib.h>

#include "base/opt.h"
#include "stream/event.h"

bool wrapups_put(struct wrapups *w, struct slice queue, long long seconds)
{
	uint32_t id = names_put(&w->queue, queue);

	if (id == NAMES_NONE || !array_need(&w->seconds, &w->cap, id + (size_t)1, sizeof(*w->seconds)))
		return false;
	w->seconds[id] = seconds;
	return true;
}

/* "sales=30": the last = counts, since a queue's name may hold one. */
static int read_one(struct wrapups *w, struct slice item, struct buf *text, struct diag *d)
{
	size_t at = item.n;
	long long seconds;
	char *number;

	while (at && item.p[at - 1] != '=')
		at--;
	if (at < 2)
		return diag_fail(d, "--wrapup: %.*s: not QUEUE=SECONDS", (int)item.n,
				 (const char *)item.p);
	text->n = 0;
	buf_put(text, item.p + at, item.n - at);
	number = buf_cstr(text);
	if (!number)
		return diag_fail(d, "--wrapup: out of memory");
	if (opt_duration("--wrapup", number, &seconds, d) < 0)
		return -1;
	text->n = 0;
	event_escape(text, slice_of(item.p, at - 1));
	if (text->failed || !wrapups_put(w, buf_all(text), seconds))
		return diag_fail(d, "--wrapup: out of memory");
	return 0;
}

int wrapups_read(struct wrapups *w, const char *list, struct diag *d)
{
	struct names items = { 0 };
	struct buf text = { 0 };
	int r = 0;

	if (names_list(&items, list) < 0)
		r = diag_errno(d, "--wrapup: %s", list);
	for (uint32_t i = 0; r == 0 && i < items.n; i++)
		r = read_one(w, names_text(&items, i), &text, d);
	names_free(&items);
	buf_free(&text);
	return r;
}

long long wrapups_of(const struct wrapups *w, struct slice queue)
{
	uint32_t id = w->queue.n ? names_find(&w->queue, queue) : NAMES_NONE;

	return id == NAMES_NONE ? -1 : w->seconds[id];
}

void wrapups_free(struct wrapups *w)
{
	names_free(&w->queue);
	free(w->seconds);
	*w = (struct wrapups){ 0 };
}
