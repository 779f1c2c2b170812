#include "stream/mysql_files.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/words.h"

enum { DEEPEST = 10 };

struct reading {
	mysql_file_take *take;
	void *to;
	struct diag *d;
	int depth;
};

static int read_file(struct reading *r, const char *path, bool optional);

/* The text without blanks around it; s changes. */
static char *trim(char *s)
{
	char *end;

	while (isspace((unsigned char)*s))
		s++;
	end = s + strlen(s);
	while (end > s && isspace((unsigned char)end[-1]))
		end--;
	*end = '\0';
	return s;
}

/* A '#' that stands in no quotes ends the value. */
static void cut_comment(char *s)
{
	char quote = 0;

	for (; *s; s++) {
		if (*s == '\\' && s[1])
			s++;
		else if (quote)
			quote = *s == quote ? 0 : quote;
		else if (*s == '\'' || *s == '"')
			quote = *s;
		else if (*s == '#')
			*s-- = '\0';
	}
}

/* Quotes around the whole go, and \b \t \n \r \s \\ \" \' are what they stand for. */
static char *unquote(char *s)
{
	static const char from[] = "btnrs\\\"'", to[] = "\b\t\n\r \\\"'";
	size_t n = strlen(s);
	char *in, *out;

	if (n >= 2 && (*s == '\'' || *s == '"') && s[n - 1] == *s) {
		s[n - 1] = '\0';
		s++;
	}
	for (in = out = s; *in; in++) {
		const char *which = *in == '\\' && in[1] ? strchr(from, in[1]) : NULL;

		if (which)
			in++;
		*out++ = which ? to[which - from] : *in;
	}
	*out = '\0';
	return s;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int read_directory(struct reading *r, const char *path)
{
	DIR *dir = opendir(path);
	struct words files = { 0 };
	struct dirent *e;
	int status = 0;

	if (!dir)
		return 0; /* as a file that need not be there */
	while ((e = readdir(dir))) {
		size_t n = strlen(e->d_name);

		if (n > 4 && strcmp(e->d_name + n - 4, ".cnf") == 0)
			words_fmt(&files, "%s/%s", path, e->d_name);
	}
	closedir(dir);
	if (files.failed)
		status = diag_fail(r->d, "out of memory");
	else if (files.n)
		qsort(files.v, files.n, sizeof(*files.v), by_name);
	for (size_t i = 0; status == 0 && i < files.n; i++)
		status = read_file(r, files.v[i], true);
	words_free(&files);
	return status;
}

/* !include and !includedir. */
static int include(struct reading *r, char *line, const char *where)
{
	char *what = line + 1, *path = what + strcspn(what, " \t");

	if (*path)
		*path++ = '\0';
	path = trim(path);
	if (r->depth >= DEEPEST)
		return diag_fail(r->d, "%s: too many files in files", where);
	if (*path && strcmp(what, "include") == 0)
		return read_file(r, path, true);
	if (*path && strcmp(what, "includedir") == 0)
		return read_directory(r, path);
	return diag_fail(r->d, "%s: neither !include FILE nor !includedir DIR", where);
}

static int key_line(struct reading *r, const char *group, char *line, const char *where)
{
	char *value = strchr(line, '='), *key;

	if (value) {
		*value++ = '\0';
		cut_comment(value);
		value = unquote(trim(value));
	} else {
		cut_comment(line);
	}
	key = trim(line);
	for (char *c = key; *c; c++)
		if (*c == '_')
			*c = '-';
	if (strncmp(key, "loose-", 6) == 0)
		key += 6;
	if (!*group)
		return diag_fail(r->d, "%s: no [group] stands before it", where);
	return r->take(r->to, group, key, value, where, r->d);
}

static int one_line(struct reading *r, struct buf *group, char *line, const char *where)
{
	char *end;

	line = trim(line);
	if (*line == '\0' || *line == '#' || *line == ';')
		return 0;
	if (*line == '!')
		return include(r, line, where);
	if (*line != '[')
		return key_line(r, group->n ? (char *)group->p : "", line, where);
	end = strchr(line, ']');
	if (!end)
		return diag_fail(r->d, "%s: a group without ]", where);
	*end = '\0';
	group->n = 0;
	buf_str(group, trim(line + 1));
	return buf_cstr(group) ? 0 : diag_fail(r->d, "out of memory");
}

static int read_lines(struct reading *r, FILE *fp, const char *path)
{
	struct buf group = { 0 }, where = { 0 };
	unsigned long long n = 0;
	char *line = NULL;
	size_t cap = 0;
	int status = 0;

	while (status == 0 && getline(&line, &cap, fp) >= 0) {
		where.n = 0;
		buf_fmt(&where, "%s:%llu", path, ++n);
		status = buf_cstr(&where) ? one_line(r, &group, line, (char *)where.p)
					  : diag_fail(r->d, "out of memory");
	}
	if (status == 0 && ferror(fp))
		status = diag_errno(r->d, "%s", path);
	if (line)
		memset(line, 0, cap); /* it may be a password */
	free(line);
	buf_free(&group);
	buf_free(&where);
	return status;
}

static int read_file(struct reading *r, const char *path, bool optional)
{
	FILE *fp = fopen(path, "re");
	struct stat st;
	int status;

	if (!fp && optional && (errno == ENOENT || errno == ENOTDIR || errno == EACCES))
		return 0;
	if (!fp)
		return diag_errno(r->d, "%s", path);
	r->depth++;
	if (fstat(fileno(fp), &st) < 0)
		status = diag_errno(r->d, "%s", path);
	else if (st.st_mode & (S_IWGRP | S_IWOTH))
		status = diag_fail(r->d, "%s: refused, since group or others may write it", path);
	else
		status = read_lines(r, fp, path);
	r->depth--;
	fclose(fp);
	return status;
}

int mysql_file_read(const char *path, bool optional, mysql_file_take *take, void *to,
		    struct diag *d)
{
	struct reading r = { take, to, d, 0 };

	return read_file(&r, path, optional);
}
