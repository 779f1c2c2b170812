/*
 * The agents' state: slots, the places (agent and partition) that hold them, agents, partitions.
 *
 * What an event does to a slot is said by slot_*; what the slots together mean for the agent, on
 * or off, paused or not, is worked out anew by agent_settle after each event that touched any.
 *
 * This is the inner half of fold/agent; nobody else includes it.
 */
#ifndef FOLD_AGENT_STATE_H
#define FOLD_AGENT_STATE_H

#include "fold/agent_row.h"

#define ID_NONE UINT32_MAX

struct slot {
	uint32_t place, queue; /* NAME_NONE: the login's */
	uint32_t next;         /* of the place */
	enum { SLOT_CLOSED, SLOT_OPEN, SLOT_STATIC } state;
	bool known;            /* was open once */
	bool rostered;         /* stands in the roster now */
	unsigned restarts;     /* its partition's, when it was last added */
	int64_t start, closed; /* WHEN_MIN: never */
	struct spell member, pause;
	unsigned long long turn; /* the larger, the later was it paused or re-reasoned */
};

struct place {
	uint32_t agent, partition;
	uint32_t next, sibling; /* the agent's next, the partition's next */
	uint32_t slots;
	unsigned here;          /* slots that exist */
	unsigned queues;        /* of them, of queues */
	bool decided;           /* has logged a login or a logoff */
};

struct agent {
	uint32_t name, places;
	struct spell session, pause;
	struct chain held;
	int64_t before;         /* the end of the session before */
	int64_t gone;           /* when a slot last closed */
	bool calls, sessions;   /* took a call, had a session */
	bool again;             /* was added again after a restart, while still on */
};

struct partition {
	uint32_t name, places;
	int64_t first, last;    /* of its events */
	unsigned restarts;
	bool again;
};

struct roster {
	int64_t time;           /* WHEN_MIN: from the first event on */
	uint32_t place, queue;
	bool open;
	size_t line;
};

struct agents {
	const struct agents_options *o;
	struct rows rows;
	struct map partition_map, agent_map, place_map, slot_map;
	struct partition *partition;
	struct agent *agent;
	struct place *place;
	struct slot *slot;
	size_t partitions, agents, places, slots;
	size_t partitioncap, agentcap, placecap, slotcap;
	struct roster *roster;
	size_t rosters, rostercap, rostered;
	struct names wrapup_queue;
	long long *wrapup;      /* seconds, by number of the queue's name */
	size_t wrapupcap;
	uint32_t verb[VERBS];   /* names in lower case; 0: not yet made */
	int64_t clock, greatest;
	unsigned long long turn;
	struct buf text;
};

/* What happens where: the time, the place, the name of what it is. */
struct at {
	int64_t t;
	uint32_t place, what;
};

/* Reads --roster and --wrapup. 0; -1: told. */
int agents_setup(struct agents *a, struct diag *d);

/* Records by name, made where there is none yet; ID_NONE: out of memory (and rows.failed), or, for
 * slots, none and make is false. */
uint32_t partition_of(struct agents *a, struct slice name);
uint32_t agent_of(struct agents *a, struct slice name);
uint32_t place_of(struct agents *a, struct slice agent, uint32_t partition);
uint32_t slot_of(struct agents *a, uint32_t place, uint32_t queue, bool make);

/* The verb's name in lower case. */
uint32_t agents_verb(struct agents *a, enum verb v);

void slot_join(struct agents *a, uint32_t slot, struct at at, bool paused);
/* since: what a logoff's duration says; -1: nothing. */
void slot_leave(struct agents *a, uint32_t slot, struct at at, int64_t since);
void slot_static(struct agents *a, uint32_t slot);
void slot_pause(struct agents *a, uint32_t slot, struct at at, uint32_t reason);
void slot_unpause(struct agents *a, uint32_t slot, struct at at);
/* PAUSEREASON: was it paused? */
bool slot_rename(struct agents *a, uint32_t slot, uint32_t reason);
/* Does it say whether the agent is on? */
bool slot_counts(const struct agents *a, const struct slot *s);
/* Its row of that kind, ended by at.what (NAME_EMPTY: by nothing yet). */
void slot_row(struct agents *a, const struct slot *s, enum interval_kind kind, struct at at);
void roster_step(struct agents *a, const struct roster *r, struct at at);

/* QUEUESTART of a partition, at t: before it counts as its last event. */
void partition_restart(struct agents *a, uint32_t partition, int64_t t);

/* What the agent's slots mean together, after something changed at at.t. */
void agent_settle(struct agents *a, struct at at);
/* The same after a restart, which ended slots of at.place in the past. */
void agent_settle_back(struct agents *a, struct at at);
/* A slot whose beginning was not seen has closed: it was on from `since`. */
void agent_extend(struct agents *a, struct at at, int64_t since, bool rebuilt);
/* The running pause's reason is the slots' by now, from its start. */
void agent_rename(struct agents *a, struct at at);
/* The end of the input. */
void agent_finish(struct agents *a, uint32_t agent, int64_t until);

#endif
