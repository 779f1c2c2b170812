/*
 * Tables: rows of cells to any of the forms of -F, with one interface for all commands.
 *
 *	table_open(&t, &options, d);
 *	table_note(&t, "zone %s", when_zone_name());
 *	table_head(&t, columns, 3);
 *	for each row:
 *		table_text(&t, v->queue), table_integer(&t, n), table_seconds(&t, v->wait);
 *		table_row(&t);
 *	table_end(&t);
 *	table_close(&t, keep, d);
 *
 * tsv, csv and json (an object per line) and html are written as the rows come; only `table`, whose
 * columns are as wide as their widest cell, keeps the rows until table_end. tsv keeps text in the
 * events' escaped form; everywhere else it is decoded. Control characters reach no terminal.
 *
 * Errors of writing are remembered, and told by table_close.
 */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include <stdint.h>

#include "base/opt.h"
#include "base/out.h"
#include "base/buf.h"

enum table_format { TABLE_AUTO, TABLE_TSV, TABLE_CSV, TABLE_JSON, TABLE_TABLE, TABLE_HTML };

/* AUTO: local where the table is for people, else epoch. */
enum table_times { TABLE_TIMES_AUTO, TABLE_EPOCH, TABLE_LOCAL, TABLE_ISO };

struct table_options {
	enum table_format format; /* AUTO: table where the output is a terminal, else tsv */
	bool no_header;
	bool hms;                 /* seconds as h:mm:ss */
	enum table_times times;
	bool several;             /* more than one table will be written: each after its name, json
				     with a key `report`; not an option, the command sets it */
	const char *output;       /* NULL: stdout */
};

/* -F, -N, --durations, --times, -o; `to` is a struct table_options. */
extern const struct opt table_opts[];
opt_take table_take;

/* "tsv", "csv", "json", "html"; of TABLE_TABLE "txt". AUTO: tsv, since it goes to a file. */
const char *table_extension(enum table_format f);

struct list;

struct table {
	struct out out;
	struct buf text;           /* rows on their way to out; of a `table`, all its rows */
	struct buf below;          /* of a `table`: the notes behind its rows */
	struct buf scratch[2];
	enum table_format format;
	enum table_times times;    /* not AUTO */
	bool header, hms, several, terminal, colour, failed;
	bool prose;                /* see table_prose */
	bool plain;                /* tsv, not on a terminal */
	bool begun, inside, rows;  /* something was written; between head and end; html: within
				      <table> */
	bool total;                /* the row being put is a sum of others */
	const char *name, *prog;
	size_t columns, at;        /* of the table; how many of the row were put */
	struct buf keys;           /* json: what stands before the value of each column */
	size_t *key_end, keycap;
	struct table_cell *cell;   /* of a `table`: its cells, row by row, headings first */
	size_t cells, cellcap;
	struct list *list;         /* report/list: where the rows wait for their order; or NULL */
};

/* Opens o->output. 0, or -1 with the reason told to d. */
int table_open(struct table *t, const struct table_options *o, struct diag *d);

/* What the next table is called: its name stands before it for people, and where there are several
 * in every form. It lives until table_end. Not needed where there is one. */
void table_title(struct table *t, const char *name);

/* A line for people, shown by `table` and html alone: before table_head it stands above the table,
 * behind it (before table_end) below. Raw text. */
void table_note(struct table *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The last column is a text: on a terminal too narrow for the table a row stays together, and goes on
 * below itself. */
void table_prose(struct table *t);

/* Begins a table. The names of its columns are escaped text, used during the call only. */
void table_head(struct table *t, const struct slice *columns, size_t n);

/*
 * The next cell of the row. Where what it would say is not known, a cell is empty (json: null):
 * table_integer and table_seconds say so for anything below 0, as facts do.
 */
void table_text(struct table *t, struct slice field);     /* escaped */
void table_integer(struct table *t, long long v);
void table_seconds(struct table *t, long long seconds);
void table_hundredths(struct table *t, long long v);      /* 1234: "12.34" */
void table_average(struct table *t, long long v);         /* seconds, in hundredths */
void table_time(struct table *t, int64_t us);             /* < 0: empty */
void table_empty(struct table *t);

/* Ends the row: as many cells as there are columns were put. table_total before it: a sum of the
 * others. */
void table_total(struct table *t);
void table_row(struct table *t);
void table_end(struct table *t);

/* From here on the rows, of text, integers, seconds and times only, wait in l (see report/list) until
 * table_end: called behind table_head. NULL: they do not. l stays the caller's. */
void table_list(struct table *t, struct list *l);

/* What there is goes to the system now: for live use. Of no effect within a `table`. */
void table_flush(struct table *t);

/* keep: whether an -o file comes into place. 0, or -1 with the reason told to d. */
int table_close(struct table *t, bool keep, struct diag *d);

#endif
