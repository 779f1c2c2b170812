#include "rule/filter_regex.h"

#include <stdlib.h>

#include "base/hash.h"

static int compile(struct filter_regex *r, const char *what, const char *arg, const char *expr,
		   struct diag *d)
{
	int err = regcomp(&r->re, expr, REG_EXTENDED | REG_NOSUB);
	char why[128];

	if (!err)
		return 0;
	regerror(err, &r->re, why, sizeof(why));
	return diag_fail(d, "%s: %s: %s", what, arg, why);
}

int filter_regex_open(struct filter_regex *r, const char *what, const char *arg, struct diag *d)
{
	const char *tilde = strchr(arg, '~');

	*r = (struct filter_regex){ .field = EVENT_FIELDS };
	if (!tilde)
		return diag_fail(d, "%s: %s: not of the form FIELD~EXPR", what, arg);
	r->field = field_named(slice_of(arg, (size_t)(tilde - arg)));
	if (r->field == EVENT_FIELDS)
		return diag_fail(d, "%s: %.*s: no such field", what, (int)(tilde - arg), arg);
	r->answers = malloc(FILTER_ANSWERS * sizeof(*r->answers));
	if (!r->answers)
		return diag_fail(d, "%s: out of memory", what);
	for (int i = 0; i < FILTER_ANSWERS; i++)
		r->answers[i].n = UINT8_MAX;
	if (compile(r, what, arg, tilde + 1, d) < 0) {
		free(r->answers);
		return -1;
	}
	return 0;
}

static bool find(struct filter_regex *r, struct slice field)
{
	struct slice text = event_raw(field, &r->raw);
	int found = REG_ESPACE, flags = 0;
	const char *s;

	/* A NUL behind it even where its length is said: checkers of memory look for one. */
	if (text.p != r->raw.p) {
		r->raw.n = 0;
		buf_slice(&r->raw, text);
	}
	s = buf_cstr(&r->raw);
	if (s) {
		regmatch_t range = { .rm_so = 0, .rm_eo = (regoff_t)text.n };

#ifdef REG_STARTEND
		flags = REG_STARTEND;
#endif
		found = regexec(&r->re, s, 0, &range, flags);
	}
	if (found != 0 && found != REG_NOMATCH)
		r->failed = true;
	return found == 0;
}

bool filter_regex_match(struct filter_regex *r, const struct event *ev)
{
	struct slice field = ev->f[r->field];
	struct filter_answer *a = &r->answers[hash_bytes(0, field) % FILTER_ANSWERS];

	if (field.n > sizeof(a->text))
		return find(r, field);
	if (a->n == field.n && memcmp(a->text, field.p, field.n) == 0)
		return a->matches;
	a->n = (unsigned char)field.n;
	memcpy(a->text, field.p, field.n);
	a->matches = find(r, field);
	return a->matches;
}

void filter_regex_free(struct filter_regex *r)
{
	regfree(&r->re);
	free(r->answers);
	buf_free(&r->raw);
}
