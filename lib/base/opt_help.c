/* --help, made of the tables. */
#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/opt.h"

enum { WIDTH = 79, LABEL_MOST = 30 };

void opt_put(struct out *o, struct buf *b)
{
	if (b->failed && !o->err)
		o->err = ENOMEM;
	else
		out_slice(o, buf_all(b));
	buf_free(b);
}

/* Columns, not bytes: the bytes that go on a UTF-8 character take none. */
static size_t width(struct slice s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += (s.p[i] & 0xc0) != 0x80;
	return n;
}

static void spaces(struct buf *b, size_t n)
{
	while (n--)
		buf_byte(b, ' ');
}

/* The words of text between column `left`, where the line stands, and WIDTH; ends the line. */
static void wrap(struct buf *b, const char *text, size_t left)
{
	struct slice all = slice_str(text);

	do {
		struct slice line = slice_cut(all, '\n', &all);
		size_t at = left;

		while (line.n) {
			struct slice word = slice_cut(line, ' ', &line);

			if (at > left && at + 1 + width(word) > WIDTH) {
				buf_byte(b, '\n');
				spaces(b, left);
				at = left;
			}
			if (at > left) {
				buf_byte(b, ' ');
				at++;
			}
			buf_slice(b, word);
			at += width(word);
		}
		buf_byte(b, '\n');
		if (all.n)
			spaces(b, left);
	} while (all.n);
}

static void put_label(struct buf *b, const struct opt *o)
{
	if (o->letter)
		buf_fmt(b, "  -%c", o->letter);
	else
		buf_str(b, "    ");
	if (o->name)
		buf_fmt(b, "%s--%s", o->letter ? ", " : "  ", o->name);
	if (o->arg)
		buf_fmt(b, " %s", o->arg);
}

static size_t label_width(const struct opt *o)
{
	struct buf b = { 0 };
	size_t n;

	put_label(&b, o);
	n = width(buf_all(&b));
	buf_free(&b);
	return n;
}

static void put_usage(struct buf *b, const struct command *c)
{
	struct slice forms = slice_str(c->usage ? c->usage : "[option ...]");
	const char *before = "usage:";

	do {
		buf_fmt(b, "%s %s ", before, c->name);
		buf_slice(b, slice_cut(forms, '\n', &forms));
		buf_byte(b, '\n');
		before = "      ";
	} while (forms.n);
}

void opt_put_item(struct buf *b, const char *name, size_t column, const char *text)
{
	size_t n = width(slice_str(name)) + 2;

	buf_fmt(b, "  %s", name);
	spaces(b, n < column ? column - n : 1);
	wrap(b, text, n < column ? column : n + 1);
}

static const char *title_of(const struct opt_group *g)
{
	return g->title ? g->title : "Options";
}

static void put_option(struct buf *b, const struct opt *o, size_t column)
{
	size_t n = label_width(o);

	put_label(b, o);
	if (!*o->help) {
		buf_byte(b, '\n');
		return;
	}
	if (n + 2 > column) {
		buf_byte(b, '\n');
		n = 0;
	}
	spaces(b, column - n);
	wrap(b, o->help, column);
}

void opt_help(const struct command *c, const struct opt_group *groups, struct out *o)
{
	const struct opt_group *g;
	const char *title = "";
	struct buf b = { 0 };
	size_t column = 0;

	for (g = opt_next(groups, NULL); g; g = opt_next(groups, g)) {
		for (const struct opt *p = g->opts; p->id; p++) {
			size_t n = p->help ? label_width(p) : 0;

			if (n <= LABEL_MOST && n > column)
				column = n;
		}
	}
	column += 2;

	put_usage(&b, c);
	if (c->summary) {
		buf_byte(&b, '\n');
		wrap(&b, c->summary, 0);
	}
	for (g = opt_next(groups, NULL); g; g = opt_next(groups, g)) {
		if (g->opts->id && strcmp(title, title_of(g)) != 0) {
			title = title_of(g);
			buf_fmt(&b, "\n%s:\n", title);
		}
		for (const struct opt *p = g->opts; p->id; p++)
			if (p->help)
				put_option(&b, p, column);
	}
	if (c->tail) {
		buf_fmt(&b, "\n%s", c->tail);
		if (b.n && b.p[b.n - 1] != '\n')
			buf_byte(&b, '\n');
	}
	opt_put(o, &b);
}
