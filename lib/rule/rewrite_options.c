#include "rule/rewrite.h"

enum {
	STRIP_CHANNEL = 0x200, LOCAL_TO_AGENT, LOGIN_TO_AGENT, HOTDESK, AGENTS, QUEUES, BY_PARTITION,
	SHIFT
};

const struct opt rewrite_opts[] = {
	{ STRIP_CHANNEL, 0, "strip-channel", NULL, "SIP/101-0a2b is SIP/101", NULL },
	{ LOCAL_TO_AGENT, 0, "local-to-agent", NULL, "Local/101@context/n is Agent/101", NULL },
	{ LOGIN_TO_AGENT, 0, "login-to-agent", NULL,
	  "bare names of logins and logoffs are agents: 101 is Agent/101", NULL },
	{ HOTDESK, 0, "hotdesk", NULL, "extensions are the agents who sit there, by HOTDESK rows",
	  NULL },
	{ AGENTS, 0, "agents", "FILE", "agents by a file of lines: old TAB new", NULL },
	{ QUEUES, 0, "queues", "FILE", "queues by such a file; several old may become one", NULL },
	{ BY_PARTITION, 0, "by-partition", NULL, "Agent/101 of partition A is Agent/A-101", NULL },
	{ SHIFT, 0, "shift", "PARTITION=TIME",
	  "move the times of a partition: A=+3s, A=-1500ms; only before a merge", NULL },
	{ 0, 0, NULL, NULL, NULL, NULL },
};

bool rewrite_offset(struct slice s, int64_t *offset)
{
	static const struct {
		const char *name;
		int64_t length;
	} units[] = { { "", 1000000 }, { "s", 1000000 }, { "ms", 1000 },
		      { "m", 60000000 }, { "h", 3600000000 }, { "d", 86400000000 } };
	bool minus = s.n && s.p[0] == '-';
	size_t n = minus || (s.n && s.p[0] == '+'), from = n, unit = 0;
	int64_t micro;

	while (n < s.n && ((s.p[n] >= '0' && s.p[n] <= '9') || s.p[n] == '.'))
		n++;
	while (unit < sizeof(units) / sizeof(*units) &&
	       !slice_is(slice_of(s.p + n, s.n - n), units[unit].name))
		unit++;
	/* a number is written as times are: seconds, at most 2^33 and six digits behind the point */
	if (unit == sizeof(units) / sizeof(*units) ||
	    !event_time(slice_of(s.p + from, n - from), &micro) ||
	    micro / 1000000 > EVENT_TIME_MAX / units[unit].length)
		return false;
	micro = micro / 1000000 * units[unit].length + micro % 1000000 * units[unit].length / 1000000;
	*offset = minus ? -micro : micro;
	return true;
}

static int take_shift(struct rewrite *r, const char *what, const char *arg, struct diag *d)
{
	struct slice by, partition = slice_cut(slice_str(arg), '=', &by);
	size_t n = r->shifted.n;
	int64_t offset;
	uint32_t id;

	if (!partition_valid(partition))
		return diag_fail(d, "%s: %s: not PARTITION=TIME: no valid name of a partition", what, arg);
	if (!rewrite_offset(by, &offset))
		return diag_fail(d, "%s: %s: not PARTITION=TIME: no time as in +3s, -1500ms, 2h", what,
				 arg);
	id = names_put(&r->shifted, partition);
	if (id == NAMES_NONE ||
	    !array_need(&r->shift, &r->shiftcap, r->shifted.n, sizeof(*r->shift)))
		return diag_fail(d, "%s: out of memory", what);
	if (r->shifted.n == n)
		return diag_fail(d, "%s: %s: this partition is shifted already", what, arg);
	r->shift[id] = offset;
	return 0;
}

int rewrite_take(void *to, int id, const char *what, const char *arg, struct diag *d)
{
	struct rewrite *r = to;

	switch (id) {
	case STRIP_CHANNEL:
		r->strip_channel = true;
		return 0;
	case LOCAL_TO_AGENT:
		r->local_to_agent = true;
		return 0;
	case LOGIN_TO_AGENT:
		r->login_to_agent = true;
		return 0;
	case HOTDESK:
		r->hotdesk = true;
		return 0;
	case AGENTS:
		return renames_load(&r->agents, arg, d);
	case QUEUES:
		return renames_load(&r->queues, arg, d);
	case BY_PARTITION:
		r->by_partition = true;
		return 0;
	case SHIFT:
		return take_shift(r, what, arg, d);
	default:
		return diag_fail(d, "%s: no such option", what);
	}
}
