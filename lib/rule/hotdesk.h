/*
 * Hot desks: which agent sits at which extension, by HOTDESK rows.
 *
 * A row in the manner of QueueMetrics' dialplans: the agent column is the agent ("Agent/101"), data1
 * the extension, as a channel ("SIP/202") or bare ("202", then of any technology but Agent). From
 * there on, on that partition, the extension is that agent, until another HOTDESK of the same
 * extension (agent NONE or empty: nobody sits there), or one of that agent with data1 empty, which
 * ends all of the agent's. QUEUESTART ends nothing: people stay where they sit. Where the columns are
 * the other way round (an agent in data1, none in the agent column) they are read so.
 * No public text gives the fields of this verb: the layout is what we know of it.
 */
#ifndef RULE_HOTDESK_H
#define RULE_HOTDESK_H

#include "base/map.h"
#include "base/names.h"

struct hotdesk {
	struct names names;
	struct map map;
	struct hotdesk_seat {
		struct slice partition, extension, agent; /* agent.n == 0: nobody */
	} *seat;
	size_t n, cap;
};

/* A HOTDESK row. *changed: somebody came or left. false: out of memory. */
bool hotdesk_row(struct hotdesk *h, struct slice partition, struct slice agent, struct slice data1,
		 bool *changed);

/* Who sits there; n == 0: nobody. Lives as long as h. */
struct slice hotdesk_find(const struct hotdesk *h, struct slice partition, struct slice name);

void hotdesk_free(struct hotdesk *h);

#endif
