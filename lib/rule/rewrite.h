/*
 * The rewriter: agents and queues renamed, times moved.
 *
 * What was asked for is done to each event in this order, whatever the order of the options:
 *
 *	1 strip-channel     SIP/101-0a2b is SIP/101                     (rule/channel)
 *	2 local-to-agent    Local/101@ctx/n is Agent/101
 *	3 login-to-agent    in AGENTLOGIN, AGENTLOGOFF, AGENTCALLBACKLOGIN and AGENTCALLBACKLOGOFF
 *	                    101 is Agent/101
 *	4 hotdesk           the extension is the agent who sits there   (rule/hotdesk)
 *	5 agents            by a file of names                          (rule/renames)
 *	6 queues            the same for queues
 *	7 by-partition      Agent/101 of A is Agent/A-101
 *	8 shift             the time of a partition's events
 *
 * 1 to 5 and 7 are about the agent column, 1, 2 and 7 also about data1 of HOTDESK. NONE and the empty
 * name are nobody and stay. TICK, SOURCEDOWN and SOURCEUP are only shifted. All but 8 may be done
 * twice and change nothing more, as long as no file names as old what it names as new.
 *
 * Of each distinct (partition, name) the answer is found once and kept, so nothing is allocated per
 * event, and memory grows with names (what Asterisk adds to a channel for one call does not count).
 */
#ifndef RULE_REWRITE_H
#define RULE_REWRITE_H

#include "base/opt.h"
#include "rule/hotdesk.h"
#include "rule/renames.h"
#include "stream/event.h"

struct rewrite_known;
struct rewrite_lately;

struct rewrite {
	bool strip_channel, local_to_agent, login_to_agent, hotdesk, by_partition;
	struct renames agents, queues;
	struct names shifted; /* partitions; shift[number] is by how many microseconds */
	int64_t *shift;
	size_t shiftcap;

	/* what it has found out */
	struct hotdesk desks;
	unsigned era; /* grows with each change of the desks, and makes older answers void */
	struct map map;
	struct rewrite_known *known;
	struct rewrite_lately *lately; /* those of names met lately, and one of a name that is too long for that */
	size_t n, cap;
	struct names names;
	bool renaming, only_agents; /* agents may be renamed; nothing else is done */
	struct buf text[2];
	unsigned char time[EVENT_TIME_ROOM];
	bool changed; /* the event given last is not what it was */
	bool failed; /* out of memory: what was given since is not to be trusted */
};

/* All the rewrites as options; `to` is a struct rewrite, zero-initialized. */
extern const struct opt rewrite_opts[];
opt_take rewrite_take;

/* Reads by how much times are moved: a sign or none, digits with or without a fraction, a unit or
 * none (s): "+3s", "-1500ms", "2h". false: it is no such text. *offset: microseconds. */
bool rewrite_offset(struct slice s, int64_t *offset);

/* Does it leave everything as it is? */
bool rewrite_is_none(const struct rewrite *r);

/*
 * Rewrites the event in place, and says whether it did: `changed`. What it points at then is its own
 * or belongs to r and stays, but for a moved time, which stays until the next event. false: its time
 * would be out of range, and is as it was; the event is to be refused.
 */
bool rewrite_event(struct rewrite *r, struct event *ev);

void rewrite_free(struct rewrite *r);

#endif
