#include "rule/hotdesk.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/hash.h"
#include "rule/channel.h"

static uint64_t key(struct slice partition, struct slice extension)
{
	return hash_bytes(hash_bytes(hash_seed(), partition), extension);
}

static struct hotdesk_seat *find(const struct hotdesk *h, struct slice partition,
				 struct slice extension)
{
	uint64_t hash = key(partition, extension);
	uint32_t id;

	MAP_EACH (&h->map, i, hash, id)
		if (slice_eq(h->seat[id].extension, extension) &&
		    slice_eq(h->seat[id].partition, partition))
			return &h->seat[id];
	return NULL;
}

static bool intern(struct hotdesk *h, struct slice *s)
{
	uint32_t id = names_put(&h->names, *s);

	if (id != NAMES_NONE)
		*s = names_text(&h->names, id);
	return id != NAMES_NONE;
}

static struct hotdesk_seat *add(struct hotdesk *h, struct slice partition, struct slice extension)
{
	if (!array_need(&h->seat, &h->cap, h->n + 1, sizeof(*h->seat)) || !intern(h, &partition) ||
	    !intern(h, &extension) || !map_add(&h->map, key(partition, extension), (uint32_t)h->n))
		return NULL;
	h->seat[h->n] = (struct hotdesk_seat){ .partition = partition, .extension = extension };
	return &h->seat[h->n++];
}

static bool leave(struct hotdesk *h, struct slice partition, struct slice agent)
{
	bool changed = false;

	for (size_t i = 0; i < h->n; i++) {
		struct hotdesk_seat *seat = &h->seat[i];

		if (seat->agent.n && slice_eq(seat->agent, agent) &&
		    slice_eq(seat->partition, partition)) {
			seat->agent.n = 0;
			changed = true;
		}
	}
	return changed;
}

static bool is_agent(struct slice name)
{
	return slice_begins(name, SLICE("Agent/"));
}

bool hotdesk_row(struct hotdesk *h, struct slice partition, struct slice agent, struct slice data1,
		 bool *changed)
{
	struct hotdesk_seat *seat;
	struct slice other = data1;

	*changed = false;
	if (is_agent(data1) && !is_agent(agent) && channel_is_name(agent)) {
		data1 = agent;
		agent = other;
	}
	if (!channel_is_name(agent))
		agent.n = 0;
	if (!channel_is_name(data1)) {
		*changed = agent.n && leave(h, partition, agent);
		return true;
	}
	seat = find(h, partition, data1);
	if (!seat && agent.n)
		seat = add(h, partition, data1);
	if (!seat)
		return !agent.n;
	if (slice_eq(seat->agent, agent))
		return true;
	*changed = true;
	if (agent.n && !intern(h, &agent))
		return false;
	seat->agent = agent;
	return true;
}

struct slice hotdesk_find(const struct hotdesk *h, struct slice partition, struct slice name)
{
	struct hotdesk_seat *seat = find(h, partition, name);
	struct slice rest, extension, technology;

	if (!seat || !seat->agent.n) {
		technology = slice_cut(name, '/', &rest);
		extension = slice_cut(rest, '@', &rest);
		if (technology.n < name.n && extension.n && !is_agent(name))
			seat = find(h, partition, extension);
	}
	return seat ? seat->agent : slice_of(NULL, 0);
}

void hotdesk_free(struct hotdesk *h)
{
	names_free(&h->names);
	map_free(&h->map);
	free(h->seat);
	*h = (struct hotdesk){ 0 };
}
