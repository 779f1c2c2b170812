#include "stream/verb.h"

#include <stdint.h>

static const char *const names[VERBS] = {
	[VERB_OTHER] = "",
	[VERB_ENTERQUEUE] = "ENTERQUEUE",
	[VERB_CONNECT] = "CONNECT",
	[VERB_COMPLETEAGENT] = "COMPLETEAGENT",
	[VERB_COMPLETECALLER] = "COMPLETECALLER",
	[VERB_TRANSFER] = "TRANSFER",
	[VERB_BLINDTRANSFER] = "BLINDTRANSFER",
	[VERB_ATTENDEDTRANSFER] = "ATTENDEDTRANSFER",
	[VERB_ABANDON] = "ABANDON",
	[VERB_EXITEMPTY] = "EXITEMPTY",
	[VERB_EXITWITHKEY] = "EXITWITHKEY",
	[VERB_EXITWITHTIMEOUT] = "EXITWITHTIMEOUT",
	[VERB_WITHDRAW] = "WITHDRAW",
	[VERB_AGENTDUMP] = "AGENTDUMP",
	[VERB_SYSCOMPAT] = "SYSCOMPAT",
	[VERB_RINGNOANSWER] = "RINGNOANSWER",
	[VERB_RINGCANCELED] = "RINGCANCELED",
	[VERB_DID] = "DID",
	[VERB_INFO] = "INFO",
	[VERB_CALLSTATUS] = "CALLSTATUS",
	[VERB_CALLOUTBOUND] = "CALLOUTBOUND",
	[VERB_OUTCALL] = "OUTCALL",
	[VERB_JOINEMPTY] = "JOINEMPTY",
	[VERB_LEAVEEMPTY] = "LEAVEEMPTY",
	[VERB_FULL] = "FULL",
	[VERB_CLOSED] = "CLOSED",
	[VERB_CALLERONHOLD] = "CALLERONHOLD",
	[VERB_CALLEROFFHOLD] = "CALLEROFFHOLD",
	[VERB_DIVERT] = "DIVERT_",
	[VERB_AGENTLOGIN] = "AGENTLOGIN",
	[VERB_AGENTLOGOFF] = "AGENTLOGOFF",
	[VERB_AGENTCALLBACKLOGIN] = "AGENTCALLBACKLOGIN",
	[VERB_AGENTCALLBACKLOGOFF] = "AGENTCALLBACKLOGOFF",
	[VERB_ADDMEMBER] = "ADDMEMBER",
	[VERB_REMOVEMEMBER] = "REMOVEMEMBER",
	[VERB_PAUSE] = "PAUSE",
	[VERB_UNPAUSE] = "UNPAUSE",
	[VERB_PAUSEALL] = "PAUSEALL",
	[VERB_UNPAUSEALL] = "UNPAUSEALL",
	[VERB_PAUSEREASON] = "PAUSEREASON",
	[VERB_PENALTY] = "PENALTY",
	[VERB_RINGINUSE] = "RINGINUSE",
	[VERB_HOTDESK] = "HOTDESK",
	[VERB_WRAPUPSTART] = "WRAPUPSTART",
	[VERB_QUEUESTART] = "QUEUESTART",
	[VERB_CONFIGRELOAD] = "CONFIGRELOAD",
	[VERB_HEARTBEAT] = "HEARTBEAT",
	[VERB_TICK] = "TICK",
	[VERB_SOURCEDOWN] = "SOURCEDOWN",
	[VERB_SOURCEUP] = "SOURCEUP",
};

enum { LONGEST = 19, SLOTS = 256 };

/* The names by a hash of two words that hold, overlapping, their first and their last bytes. */
static struct {
	uint64_t head, tail;
	size_t n;
	enum verb verb; /* VERB_OTHER: free */
} slots[SLOTS];

static inline size_t slot_of(uint64_t head, uint64_t tail, size_t n)
{
	return ((head ^ tail * 3 ^ n) * 0x9e3779b97f4a7c15u) >> 56;
}

static char lower_text[VERBS][LONGEST];
static struct slice lower[VERBS];

/* Before main, so that no event has to ask whether it is done. */
__attribute__((constructor)) static void fill(void)
{
	for (enum verb v = VERB_OTHER + 1; v < VERBS; v++) {
		struct slice s = slice_str(names[v]);
		uint64_t head, tail;
		size_t i;

		slice_words(s, &head, &tail);
		for (i = slot_of(head, tail, s.n); slots[i].verb; i = (i + 1) % SLOTS)
			;
		slots[i].head = head;
		slots[i].tail = tail;
		slots[i].n = s.n;
		slots[i].verb = v;
		for (size_t k = 0; k < s.n; k++)
			lower_text[v][k] = (char)(s.p[k] == '_' ? '_' : s.p[k] | 0x20);
		lower[v] = slice_of(lower_text[v], s.n);
	}
}

enum verb verb_of(struct slice name)
{
	uint64_t head, tail;

	if (name.n > 0 && name.n <= LONGEST) {
		slice_words(name, &head, &tail);
		for (size_t i = slot_of(head, tail, name.n); slots[i].verb; i = (i + 1) % SLOTS)
			if (slots[i].head == head && slots[i].tail == tail && slots[i].n == name.n &&
			    (name.n <= 16 || slice_is(name, names[slots[i].verb])))
				return slots[i].verb;
	}
	return slice_begins(name, SLICE("DIVERT_")) ? VERB_DIVERT : VERB_OTHER;
}

enum verb_class verb_class(enum verb v)
{
	return v >= VERB_QUEUESTART ? CLASS_SYSTEM : v >= VERB_AGENTLOGIN ? CLASS_AGENT : CLASS_CALL;
}

const char *verb_name(enum verb v)
{
	return names[v];
}

struct slice verb_lower(enum verb v)
{
	return lower[v];
}

unsigned verb_class_named(struct slice name)
{
	return slice_is(name, "call")     ? CLASS_CALL
	       : slice_is(name, "agent")  ? CLASS_AGENT
	       : slice_is(name, "system") ? CLASS_SYSTEM
					  : 0;
}
