/*
 * The agents' state: slots, the places (agent and partition) that hold them, agents, partitions.
 *
 * What an event does to a slot is said by slot_*, at once. What the slots of all places together
 * mean for the agent, on or off, paused or not, follows from changes: what a place says after an
 * event. A change is certain, and takes effect, when no other place can turn out to have ended
 * before it: a partition whose members do not outlive a restart is only known to have been alive
 * until the last event it logged. Till it logs another one, changes elsewhere of agents who are
 * there too wait in the agent's tape, and a restart takes its place among them.
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
	bool unknown;          /* was paused before any ADDMEMBER, which was remarked */
	unsigned restarts;     /* its partition's, when it was last added */
	int64_t closed;        /* WHEN_MIN: never */
	struct spell member, pause;
	struct chain held;       /* pauses */
	unsigned long long turn; /* the larger, the later was it paused or re-reasoned */
	uint32_t paused_before, paused_behind; /* paused ones of the place, by turn */
};

/* What the slots of a place say together. */
struct sum {
	bool on, roster;       /* any that says so; any of the roster among these */
	bool any, paused;      /* any that counts for pauses; all of these paused */
	uint32_t reason;       /* of the one paused or re-reasoned last, at that turn */
	unsigned long long turn;
};

struct change {
	int64_t t;
	unsigned long long event;  /* its number */
	unsigned long long second; /* that of the clock then, as rows.second */
	uint32_t place, what;      /* where; the name of what it is */
	struct sum sum;
	bool rename;               /* PAUSEREASON */
	bool extend, rebuilt;      /* a slot closed that was not seen to open, and was on from */
	int64_t since;
};

struct place {
	uint32_t agent, partition;
	uint32_t next, sibling; /* the agent's next, the partition's next */
	uint32_t slots, login;  /* login: its number, or ID_NONE */
	unsigned here;          /* slots that exist */
	unsigned queues;        /* of them, of queues; of these: */
	unsigned open, rostered; /* open, and of the roster */
	unsigned paused;
	uint32_t paused_last;   /* paused or re-reasoned last */
	bool decided;           /* has logged a login or a logoff */
	struct sum said, seen;  /* by the last change; by the last that took effect */
};

struct agent {
	uint32_t name, places;
	struct spell session, pause;
	struct chain held;      /* sessions and pauses */
	int64_t before;         /* the end of the session before */
	struct change *tape;    /* what does not yet take effect */
	size_t taped, tapecap;
	struct kept kept;       /* what ended in the second of the first of these */
	bool waits;             /* is in some partition's list of those who wait */
	uint32_t waiting;       /* the next there */
	unsigned long long calls; /* taken */
	int64_t first_call;       /* where calls: the end of the first, and where it was */
	uint32_t call_partition, call_queue;
	bool sessions;            /* had one */
	bool again;             /* was added again after a restart, while still on */
};

struct partition {
	uint32_t name, places;
	int64_t first, last;    /* times of its events */
	unsigned long long event, second; /* of its last, as in a change */
	bool mortal;            /* members do not outlive a restart */
	unsigned restarts;
	bool again;
	uint32_t waiting;       /* agents who wait until it logs something */
};

struct roster {
	int64_t time;           /* WHEN_MIN: that of the first event, once there is one */
	int64_t to;             /* of the line; WHEN_MAX: none */
	uint32_t place, queue;
	bool open, rebuilt;     /* rebuilt: its line says no beginning */
	size_t line;
};

struct agents {
	const struct agents_options *o;
	struct rows rows;
	struct map place_map, slot_map;
	struct bearer {         /* by number of its name */
		uint32_t partition, agent;
	} *bearer;
	size_t bearercap;
	struct partition *partition;
	struct agent *agent;
	struct place *place;
	struct slot *slot;
	size_t partitions, agents, places, slots;
	size_t partitioncap, agentcap, placecap, slotcap;
	struct roster *roster;
	size_t rosters, rostercap, rostered;
	bool begun;             /* the first event has come: it says when who was always there began */
	uint32_t verb[VERBS];   /* names in lower case; 0: not yet made */
	struct agent_slot *look; /* agents_now's */
	size_t lookcap;
	int64_t clock, greatest;
	unsigned long long event; /* number of the one at hand */
	unsigned long long turn;
	struct buf text;
};

/* Reads --roster. 0; -1: told. */
int agents_setup(struct agents *a, struct diag *d);

/* Records by name, of an event or a visit, made where there is none yet; ID_NONE: out of memory (and rows.failed), or, for
 * slots, none and make is false. */
uint32_t partition_of(struct agents *a, struct slice name);
uint32_t agent_of(struct agents *a, struct slice name);
uint32_t place_of(struct agents *a, struct slice agent, uint32_t partition);
uint32_t slot_of(struct agents *a, uint32_t place, uint32_t queue, bool make);

/* Says what is wrong with a slot, at the clock's time. */
void slot_odd(struct agents *a, uint32_t slot, enum agent_odd odd);

/* The verb's name in lower case. */
uint32_t agents_verb(struct agents *a, enum verb v);

/* What happens to a slot, at c->t by c->what; c is told what the agent's session must know. */
void slot_join(struct agents *a, uint32_t slot, struct change *c, bool paused);
/* since: what a logoff's duration says; -1: nothing. */
void slot_leave(struct agents *a, uint32_t slot, struct change *c, int64_t since);
void slot_static(struct agents *a, uint32_t slot);
void slot_pause(struct agents *a, uint32_t slot, const struct change *c, uint32_t reason);
void slot_unpause(struct agents *a, uint32_t slot, const struct change *c);
void slot_rename(struct agents *a, uint32_t slot, struct change *c, uint32_t reason);
void slot_roster(struct agents *a, const struct roster *r, struct change *c);
/* Puts those without a beginning at that of the input, t, into their places. */
void roster_begin(struct agents *a, int64_t t);
/* The rows of what goes on at the end. */
void slot_finish(struct agents *a, uint32_t slot, int64_t until);

/* QUEUESTART of a partition, before it counts as its last event. */
void partition_restart(struct agents *a, uint32_t partition);
/* It has logged an event: who waits for that need not any more. */
void partition_speaks(struct agents *a, uint32_t partition);

/* What the place says now, if it is anything new, for its agent. */
void agent_change(struct agents *a, struct change *c);
/* A change of the past: among those that wait, before the event of that number. */
void agent_change_back(struct agents *a, struct change *c);
/* The end of the input. */
void agent_finish(struct agents *a, uint32_t agent, int64_t until);

#endif
