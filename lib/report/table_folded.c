/* A table whose last column is a text, on a terminal that is narrower: each row goes on below itself. */
#include <stdlib.h>

#include "base/utf8.h"
#include "report/table_form.h"

/* The text has a line to itself rather than less room than that. */
enum { GAP = TABLE_GAP, ROOM = 40, INDENT_MOST = 16 };

struct place {
	size_t line, left;
};

struct fold {
	struct table *t;
	const struct table_cell *column;
	struct place *place; /* of each column */
	size_t most, at;     /* columns of the terminal; where the line stands */
};

static void spaces_to(struct fold *f, size_t left)
{
	for (; f->at < left; f->at++)
		out_byte(&f->t->out, ' ');
}

static void place(struct fold *f)
{
	size_t n = f->t->columns, at = 0, line = 0, indent = f->column[0].width + GAP;

	if (indent > INDENT_MOST)
		indent = INDENT_MOST;
	for (size_t c = 0; c < n; c++) {
		size_t width = f->column[c].width;
		size_t need = c + 1 == n && width > ROOM ? ROOM : width;

		if (c && at + need > f->most) {
			line++;
			at = indent;
		}
		f->place[c] = (struct place){ line, at };
		at += width + GAP;
	}
}

static size_t width(struct table *t, struct slice s)
{
	t->scratch[1].n = 0;
	return utf8_visible(&t->scratch[1], s);
}

/* The words of the text, each line from where the first begins. */
static void put_words(struct fold *f, struct slice text)
{
	size_t left = f->at;

	while (text.n) {
		struct slice word = slice_cut(text, ' ', &text);
		size_t n = width(f->t, word);

		if (f->at > left && f->at + 1 + n > f->most) {
			out_byte(&f->t->out, '\n');
			f->at = 0;
			spaces_to(f, left);
		}
		spaces_to(f, f->at > left ? f->at + 1 : left);
		out_slice(&f->t->out, word);
		f->at += n;
	}
}

static void put_row(struct fold *f, size_t row)
{
	struct table *t = f->t;
	size_t line = 0;

	f->at = 0;
	for (size_t c = 0; c < t->columns; c++) {
		size_t i = row * t->columns + c, begin = i ? t->cell[i - 1].end : 0;
		struct slice s = slice_of(t->text.p + begin, t->cell[i].end - begin);
		size_t n = t->cell[i].width;

		if (!n)
			continue;
		if (f->place[c].line > line) {
			line = f->place[c].line;
			out_byte(&t->out, '\n');
			f->at = 0;
		}
		spaces_to(f, f->place[c].left + (f->column[c].number ? f->column[c].width - n : 0));
		if (c + 1 == t->columns) {
			put_words(f, s);
		} else {
			out_slice(&t->out, s);
			f->at += n;
		}
	}
}

void table_fold(struct table *t, const struct table_cell *column, size_t most)
{
	struct fold f = { t, column, malloc(t->columns * sizeof(struct place)), most, 0 };
	size_t rows = t->cells / t->columns;

	if (!f.place) {
		t->failed = true;
		return;
	}
	place(&f);
	for (size_t row = 0; row < rows; row++) {
		bool bold = t->colour && t->header && row == 0;

		out_slice(&t->out, bold ? SLICE("\033[1m") : SLICE(""));
		put_row(&f, row);
		out_slice(&t->out, bold ? SLICE("\033[0m\n") : SLICE("\n"));
	}
	free(f.place);
}
