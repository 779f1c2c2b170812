#include "stream/verb.h"

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

enum { LONGEST = 19 };

struct verb_place verb_places[VERB_PLACES];

/* Verbs that have no place: long ones, and, where words begin with their other end, some that meet. */
static enum verb crowded[VERBS];
static size_t ncrowded;

static char lower_text[VERBS][LONGEST];
static struct slice lower[VERBS];

/* Before main, so that no event has to ask whether it is done. */
__attribute__((constructor)) static void fill(void)
{
	for (enum verb v = VERB_OTHER + 1; v < VERBS; v++) {
		unsigned char text[NEAR_MOST] = { 0 };
		size_t n = strlen(names[v]);
		struct near name;

		memcpy(text, names[v], n);
		name = near_of(text, n);
		if (n <= VERB_SHORT && !verb_place(&name)->verb)
			*verb_place(&name) = (struct verb_place){ { name.word[0], name.word[1] }, v };
		else
			crowded[ncrowded++] = v;
		for (size_t k = 0; k < n; k++)
			lower_text[v][k] = (char)(names[v][k] == '_' ? '_' : names[v][k] | 0x20);
		lower[v] = slice_of(lower_text[v], n);
	}
}

enum verb verb_other(struct slice name)
{
	if (slice_begins(name, SLICE("DIVERT_")))
		return VERB_DIVERT;
	for (size_t i = 0; i < ncrowded; i++)
		if (slice_is(name, names[crowded[i]]))
			return crowded[i];
	return VERB_OTHER;
}

enum verb verb_of(struct slice name)
{
	unsigned char text[NEAR_MOST] = { 0 };

	if (name.n == 0 || name.n > LONGEST)
		return verb_other(name);
	memcpy(text, name.p, name.n);
	/* NUL bytes at its end would not be told from its end */
	return text[name.n - 1] ? verb_near(slice_of(text, name.n)) : verb_other(name);
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
