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

enum { LONGEST = 19, OF_A_LENGTH = 8 };

/* The names by their length, each with its first and its last eight bytes as words. */
static struct {
	uint64_t head, tail;
	enum verb verb;
} by_length[LONGEST + 1][OF_A_LENGTH];

static uint64_t head(struct slice s)
{
	uint64_t w = 0;

	memcpy(&w, s.p, s.n < 8 ? s.n : 8);
	return w;
}

static uint64_t tail(struct slice s)
{
	return s.n > 8 ? head(slice_of(s.p + s.n - 8, 8)) : 0;
}

static char lower[VERBS][LONGEST + 1];

static void fill(void)
{
	for (enum verb v = VERB_OTHER + 1; v < VERBS; v++) {
		struct slice s = slice_str(names[v]);
		int i = 0;

		while (by_length[s.n][i].verb)
			i++;
		by_length[s.n][i].head = head(s);
		by_length[s.n][i].tail = tail(s);
		by_length[s.n][i].verb = v;
		for (size_t k = 0; k < s.n; k++)
			lower[v][k] = (char)(s.p[k] == '_' ? '_' : s.p[k] | 0x20);
	}
}

enum verb verb_of(struct slice name)
{
	if (!by_length[3][0].verb)
		fill();
	if (name.n > 0 && name.n <= LONGEST) {
		uint64_t h = head(name), t = tail(name);

		for (int i = 0; i < OF_A_LENGTH && by_length[name.n][i].verb; i++) {
			enum verb v = by_length[name.n][i].verb;

			if (by_length[name.n][i].head == h && by_length[name.n][i].tail == t &&
			    (name.n <= 16 || slice_is(name, names[v])))
				return v;
		}
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
	if (!by_length[3][0].verb)
		fill();
	return slice_str(lower[v]);
}

unsigned verb_class_named(struct slice name)
{
	return slice_is(name, "call")     ? CLASS_CALL
	       : slice_is(name, "agent")  ? CLASS_AGENT
	       : slice_is(name, "system") ? CLASS_SYSTEM
					  : 0;
}
