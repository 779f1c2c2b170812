#include "rule/channel.h"

#include <strings.h>

static struct slice behind(struct slice s, size_t n)
{
	return slice_of(s.p + n, s.n - n);
}

/* Does it begin with "A-", and how long is that? */
static size_t prefix(struct slice name, struct slice partition)
{
	return slice_begins(name, partition) && name.n > partition.n && name.p[partition.n] == '-'
		       ? partition.n + 1
		       : 0;
}

static bool technology_is(struct slice t, const char *name)
{
	return t.n == strlen(name) && strncasecmp((const char *)t.p, name, t.n) == 0;
}

static bool is_technology(struct slice t)
{
	for (size_t i = 0; i < t.n; i++) {
		unsigned char c = t.p[i], low = c | 0x20;

		if (!(c >= '0' && c <= '9') && !(low >= 'a' && low <= 'z') && c != '_')
			return false;
	}
	return t.n && !technology_is(t, "Agent");
}

static bool is_suffix(struct slice digits, bool decimal)
{
	for (size_t i = 0; i < digits.n; i++) {
		unsigned char c = digits.p[i];

		if (!(c >= '0' && c <= '9') && (decimal || c < 'a' || c > 'f'))
			return false;
	}
	return decimal ? digits.n >= 1 && digits.n <= 5 : digits.n >= 4 && digits.n <= 8;
}

struct slice channel_strip(struct slice name, struct slice partition)
{
	struct slice body, technology = slice_cut(name, '/', &body);
	size_t end, dash;
	bool decimal;

	if (technology.n == name.n || !is_technology(technology))
		return name;
	body = behind(body, prefix(body, partition));
	end = body.n;
	if (technology_is(technology, "Local")) {
		if (end < 2 || (body.p[end - 2] != ';' && body.p[end - 2] != ',') ||
		    (body.p[end - 1] != '1' && body.p[end - 1] != '2'))
			return name;
		end -= 2;
	}
	for (dash = end; dash && body.p[dash - 1] != '-'; dash--)
		;
	decimal = technology_is(technology, "IAX2") || technology_is(technology, "DAHDI") ||
		  technology_is(technology, "Zap");
	if (dash < 2 || !is_suffix(slice_of(body.p + dash, end - dash), decimal))
		return name;
	return slice_of(name.p, (size_t)(body.p + dash - 1 - name.p));
}

static struct slice agent(struct slice name, struct buf *b)
{
	b->n = 0;
	buf_str(b, "Agent/");
	buf_slice(b, name);
	return buf_all(b);
}

/* How long "Local/" is; 0: it is no such channel, or of nobody. */
static size_t local(struct slice name)
{
	struct slice rest, technology = slice_cut(name, '/', &rest);

	if (!rest.n || strchr("@/;,", rest.p[0]) || !technology_is(technology, "Local"))
		return 0;
	return technology.n + 1;
}

struct slice channel_local_head(struct slice name)
{
	size_t n = local(name);

	if (!n)
		return name;
	while (n < name.n && !strchr("@/;,", name.p[n]))
		n++;
	return slice_of(name.p, n);
}

struct slice channel_local_to_agent(struct slice name, struct buf *b)
{
	size_t n = local(name);

	return n ? agent(behind(channel_local_head(name), n), b) : name;
}

struct slice channel_bare_to_agent(struct slice name, struct buf *b)
{
	return memchr(name.p, '/', name.n) ? name : agent(name, b);
}

struct slice channel_partition(struct slice name, struct slice partition, struct buf *b)
{
	struct slice rest, head = slice_cut(name, '@', &rest);
	size_t at = head.n;

	while (at && head.p[at - 1] != '/')
		at--;
	if (at == head.n || prefix(behind(name, at), partition))
		return name;
	b->n = 0;
	buf_slice(b, slice_of(name.p, at));
	buf_slice(b, partition);
	buf_byte(b, '-');
	buf_slice(b, behind(name, at));
	return buf_all(b);
}

struct slice channel_person(struct slice name)
{
	struct slice rest, technology = slice_cut(channel_local_head(name), '/', &rest);

	if (!rest.n)
		return name;
	return slice_is(technology, "Agent") || technology_is(technology, "Local") ||
			       technology_is(technology, "SIP") || technology_is(technology, "PJSIP")
		       ? rest
		       : name;
}
