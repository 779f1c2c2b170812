#include "stream/verb.h"


#include "unit.h"

static const struct {
	const char *name;
	enum verb verb;
	enum verb_class class;
} rows[] = {
	{ "ENTERQUEUE", VERB_ENTERQUEUE, CLASS_CALL },
	{ "CONNECT", VERB_CONNECT, CLASS_CALL },
	{ "COMPLETEAGENT", VERB_COMPLETEAGENT, CLASS_CALL },
	{ "COMPLETECALLER", VERB_COMPLETECALLER, CLASS_CALL },
	{ "TRANSFER", VERB_TRANSFER, CLASS_CALL },
	{ "BLINDTRANSFER", VERB_BLINDTRANSFER, CLASS_CALL },
	{ "ATTENDEDTRANSFER", VERB_ATTENDEDTRANSFER, CLASS_CALL },
	{ "ABANDON", VERB_ABANDON, CLASS_CALL },
	{ "EXITEMPTY", VERB_EXITEMPTY, CLASS_CALL },
	{ "EXITWITHKEY", VERB_EXITWITHKEY, CLASS_CALL },
	{ "EXITWITHTIMEOUT", VERB_EXITWITHTIMEOUT, CLASS_CALL },
	{ "WITHDRAW", VERB_WITHDRAW, CLASS_CALL },
	{ "AGENTDUMP", VERB_AGENTDUMP, CLASS_CALL },
	{ "SYSCOMPAT", VERB_SYSCOMPAT, CLASS_CALL },
	{ "RINGNOANSWER", VERB_RINGNOANSWER, CLASS_CALL },
	{ "RINGCANCELED", VERB_RINGCANCELED, CLASS_CALL },
	{ "DID", VERB_DID, CLASS_CALL },
	{ "INFO", VERB_INFO, CLASS_CALL },
	{ "CALLSTATUS", VERB_CALLSTATUS, CLASS_CALL },
	{ "CALLOUTBOUND", VERB_CALLOUTBOUND, CLASS_CALL },
	{ "OUTCALL", VERB_OUTCALL, CLASS_CALL },
	{ "JOINEMPTY", VERB_JOINEMPTY, CLASS_CALL },
	{ "LEAVEEMPTY", VERB_LEAVEEMPTY, CLASS_CALL },
	{ "FULL", VERB_FULL, CLASS_CALL },
	{ "CLOSED", VERB_CLOSED, CLASS_CALL },
	{ "CALLERONHOLD", VERB_CALLERONHOLD, CLASS_CALL },
	{ "CALLEROFFHOLD", VERB_CALLEROFFHOLD, CLASS_CALL },
	{ "AGENTLOGIN", VERB_AGENTLOGIN, CLASS_AGENT },
	{ "AGENTLOGOFF", VERB_AGENTLOGOFF, CLASS_AGENT },
	{ "AGENTCALLBACKLOGIN", VERB_AGENTCALLBACKLOGIN, CLASS_AGENT },
	{ "AGENTCALLBACKLOGOFF", VERB_AGENTCALLBACKLOGOFF, CLASS_AGENT },
	{ "ADDMEMBER", VERB_ADDMEMBER, CLASS_AGENT },
	{ "REMOVEMEMBER", VERB_REMOVEMEMBER, CLASS_AGENT },
	{ "PAUSE", VERB_PAUSE, CLASS_AGENT },
	{ "UNPAUSE", VERB_UNPAUSE, CLASS_AGENT },
	{ "PAUSEALL", VERB_PAUSEALL, CLASS_AGENT },
	{ "UNPAUSEALL", VERB_UNPAUSEALL, CLASS_AGENT },
	{ "PAUSEREASON", VERB_PAUSEREASON, CLASS_AGENT },
	{ "PENALTY", VERB_PENALTY, CLASS_AGENT },
	{ "RINGINUSE", VERB_RINGINUSE, CLASS_AGENT },
	{ "HOTDESK", VERB_HOTDESK, CLASS_AGENT },
	{ "WRAPUPSTART", VERB_WRAPUPSTART, CLASS_AGENT },
	{ "QUEUESTART", VERB_QUEUESTART, CLASS_SYSTEM },
	{ "CONFIGRELOAD", VERB_CONFIGRELOAD, CLASS_SYSTEM },
	{ "HEARTBEAT", VERB_HEARTBEAT, CLASS_SYSTEM },
	{ "TICK", VERB_TICK, CLASS_SYSTEM },
	{ "SOURCEDOWN", VERB_SOURCEDOWN, CLASS_SYSTEM },
	{ "SOURCEUP", VERB_SOURCEUP, CLASS_SYSTEM },
};

static const struct {
	const char *name;
	enum verb verb;
} others[] = {
	{ "", VERB_OTHER },
	{ "X", VERB_OTHER },
	{ "heartbeat", VERB_OTHER },
	{ "Connect", VERB_OTHER },
	{ " CONNECT", VERB_OTHER },
	{ "CONNECT ", VERB_OTHER },
	{ "DIVERT", VERB_OTHER },
	{ "DIVERT_", VERB_DIVERT },
	{ "DIVERT_X", VERB_DIVERT },
	{ "DIVERT_CA_RATIO", VERB_DIVERT },
	{ "DIVERT_HOLDTIME", VERB_DIVERT },
	{ "DIVERT_AGENTLOGOFFX", VERB_DIVERT },
	{ "DIVERT_A_REASON_THAT_IS_LONGER_THAN_ANY_NAME", VERB_DIVERT },
	{ "DIVERS_A_REASON_THAT_IS_LONGER_THAN_ANY_NAME", VERB_OTHER },
	{ "AGENTCALLBACKLOGOFFS", VERB_OTHER },
	{ "DIVERT-CA_RATIO", VERB_OTHER },
	{ "divert_ca_ratio", VERB_OTHER },
	{ "QUEUESTART\\0", VERB_OTHER },
};

enum { ROWS = sizeof(rows) / sizeof(*rows) };

/* What a name that is one change away from a verb's should be. */
static enum verb looked_up(struct slice name)
{
	for (size_t i = 0; i < ROWS; i++)
		if (slice_is(name, rows[i].name))
			return rows[i].verb;
	return slice_begins(name, SLICE("DIVERT_")) ? VERB_DIVERT : VERB_OTHER;
}

/* Every name with one byte missing, added or another: at every place. */
static size_t test_neighbours(const char *name)
{
	unsigned char text[64];
	size_t n = strlen(name), wrong = 0;

	for (size_t at = 0; at <= n; at++) {
		memcpy(text, name, at);
		if (at < n)
			memcpy(text + at, name + at + 1, n - at - 1);
		if (at < n)
			wrong += verb_of(slice_of(text, n - 1)) != looked_up(slice_of(text, n - 1));
		for (int c = 0; c < 256; c++) {
			memcpy(text, name, at);
			text[at] = (unsigned char)c;
			memcpy(text + at + 1, name + at, n - at);
			wrong += verb_of(slice_of(text, n + 1)) != looked_up(slice_of(text, n + 1));
			memcpy(text, name, n);
			text[at] = (unsigned char)c;
			if (at < n)
				wrong += verb_of(slice_of(text, n)) != looked_up(slice_of(text, n));
		}
	}
	return wrong;
}

int main(void)
{
	size_t wrong = 0;

	for (size_t i = 0; i < ROWS; i++) {
		CHECK_EQ_INT(verb_of(slice_str(rows[i].name)), rows[i].verb, "%s", rows[i].name);
		CHECK_EQ_STR(verb_name(rows[i].verb), rows[i].name, "the name of %s", rows[i].name);
		CHECK_EQ_INT(verb_class(rows[i].verb), rows[i].class, "the class of %s", rows[i].name);
	}
	CHECK_EQ_INT(ROWS + 2, VERBS, "the table has them all");
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		CHECK_EQ_INT(verb_of(slice_str(others[i].name)), others[i].verb, "'%s'", others[i].name);
	for (size_t i = 0; i < ROWS; i++)
		wrong += test_neighbours(rows[i].name);
	CHECK_EQ_INT(wrong, 0, "a byte more, less or another");
	CHECK_EQ_INT(verb_class(VERB_OTHER), CLASS_CALL, "the class of an unknown verb");
	CHECK_EQ_INT(verb_class(VERB_DIVERT), CLASS_CALL, "the class of DIVERT_");
	for (enum verb v = VERB_OTHER; v < VERBS; v++) {
		bool own = v == VERB_TICK || v == VERB_SOURCEDOWN || v == VERB_SOURCEUP;

		wrong += verb_of_stream(v) != own;
		wrong += verb_is_clock(v) != (own || v == VERB_HEARTBEAT);
	}
	CHECK_EQ_INT(wrong, 0, "the stream's own, and those that move the clock");
	CHECK_EQ_INT(verb_class_named(SLICE("call")), CLASS_CALL, "class call");
	CHECK_EQ_INT(verb_class_named(SLICE("agent")), CLASS_AGENT, "class agent");
	CHECK_EQ_INT(verb_class_named(SLICE("system")), CLASS_SYSTEM, "class system");
	CHECK_EQ_INT(verb_class_named(SLICE("calls")), 0, "class calls");
	CHECK_EQ_INT(verb_class_named(SLICE("")), 0, "class of no name");
	return unit_done();
}
