/*
 * Names of agents and channels: what of them is the agent.
 *
 * The agent column of a log holds an agent ("Agent/101"), a channel of one ("SIP/101", of Asterisk
 * till 1.2 "SIP/101-0a2b", "Local/101@agents/n") or a bare name ("101", "Jane Roe"). Each of these
 * rules takes such a name and gives another; where it has nothing to change it gives the name as it
 * came. What is made anew is in *b, emptied first, until b changes. Doing a rule twice changes
 * nothing more, but for channel_strip where the name behind the suffix looks like another.
 */
#ifndef RULE_CHANNEL_H
#define RULE_CHANNEL_H

#include "stream/event.h"

/* Is there somebody to be named? The rules below want this. */
static inline bool channel_is_name(struct slice name)
{
	return !field_is_none(name);
}

/*
 * Without what Asterisk adds to a channel's name: SIP/101-0a2b, PJSIP/101-0000001f, IAX2/101-4711,
 * DAHDI/4-1, Local/101@ctx-0a2b;1. A dash, and 4 to 8 hex digits in lower case (IAX2, Zap, DAHDI: 1 to
 * 5 decimal ones), at the very end, behind a technology other than Agent; of Local only with its
 * ;1 or ;2. The dash of a prefix that channel_partition has put before the name is no such one.
 */
struct slice channel_strip(struct slice name, struct slice partition);

/* Local/101@ctx/n is Agent/101, whatever follows the 101: of what follows (it may differ with each
 * call) the head, Local/101, is free. */
struct slice channel_local_head(struct slice name);
struct slice channel_local_to_agent(struct slice name, struct buf *b);

/* A bare name is an agent's: Agent/101. */
struct slice channel_bare_to_agent(struct slice name, struct buf *b);

/*
 * The partition before the name: Agent/A-101, SIP/A-101, Local/A-101@ctx/n, A-101. The name begins
 * behind the last '/' before the first '@'. One that begins with "A-" is left alone.
 */
struct slice channel_partition(struct slice name, struct slice partition, struct buf *b);

/*
 * Who a name is: 101 of Agent/101, SIP/101, PJSIP/101, Local/101@ctx/n and 101. Two such names that
 * one partition logs are most likely one person's. A name of another technology (DAHDI/4 is a line,
 * not a person) is only its own. Names as channel_strip gives them.
 */
struct slice channel_person(struct slice name);

#endif
