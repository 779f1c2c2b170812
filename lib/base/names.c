#include "base/names.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/hash.h"

enum { BLOCK = 1 << 14 };

static const unsigned char *keep(struct names *t, struct slice s)
{
	if (s.n > t->room || !t->blocks) {
		size_t n = s.n > BLOCK ? s.n : BLOCK;

		if (!array_need(&t->block, &t->blockcap, t->blocks + 1, sizeof(*t->block)))
			return NULL;
		t->block[t->blocks] = malloc(n + NEAR_MOST);
		if (!t->block[t->blocks])
			return NULL;
		t->blocks++;
		t->used = 0;
		t->room = n;
	}
	unsigned char *p = t->block[t->blocks - 1] + t->used;

	if (s.n)
		memcpy(p, s.p, s.n);
	t->used += s.n;
	t->room -= s.n;
	return p;
}

static uint32_t find(const struct names *t, uint64_t h, struct slice s)
{
	uint32_t id;

	MAP_EACH (&t->map, i, h, id)
		if (slice_eq(t->text[id], s))
			return id;
	return NAMES_NONE;
}

uint32_t names_find(const struct names *t, struct slice s)
{
	return find(t, hash_bytes(hash_seed(), s), s);
}

uint32_t names_put(struct names *t, struct slice s)
{
	uint64_t h = hash_bytes(hash_seed(), s);
	uint32_t id = find(t, h, s);
	const unsigned char *p;

	if (id != NAMES_NONE)
		return id;
	if (t->n >= NAMES_NONE - 1 || !array_need(&t->text, &t->cap, t->n + 1, sizeof(*t->text)))
		return NAMES_NONE;
	p = keep(t, s);
	if (!p || !map_add(&t->map, h, (uint32_t)t->n))
		return NAMES_NONE;
	t->text[t->n] = slice_of(p, s.n);
	return (uint32_t)t->n++;
}

uint32_t names_recall(struct names *t, struct names_recent *r, struct slice s)
{
	uint32_t id = names_put(t, s);
	struct near name;

	if (id != NAMES_NONE && s.n <= NEAR_MOST) {
		name = near_of(s.p, s.n);
		r->of[names_place(&name)] = (struct names_place){ name, id + 1 };
	}
	return id;
}

static int list_file(struct names *t, const char *path)
{
	FILE *fp = fopen(path, "r");
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	int r = 0;

	if (!fp)
		return -1;
	while ((n = getline(&line, &cap, fp)) > 0) {
		if (line[n - 1] == '\n')
			n--;
		if (n && line[n - 1] == '\r')
			n--;
		if (n && names_put(t, slice_of(line, (size_t)n)) == NAMES_NONE) {
			errno = ENOMEM;
			r = -1;
			break;
		}
	}
	if (ferror(fp))
		r = -1;
	free(line);
	fclose(fp);
	return r;
}

int names_list(struct names *t, const char *list)
{
	struct slice rest = slice_str(list);
	bool more;

	if (*list == '@')
		return list_file(t, list + 1);
	do {
		struct slice one = slice_cut(rest, ',', &rest);

		more = one.p + one.n != rest.p; /* behind a comma there is a name, if an empty one */
		if (names_put(t, one) == NAMES_NONE) {
			errno = ENOMEM;
			return -1;
		}
	} while (more);
	return 0;
}

void names_free(struct names *t)
{
	for (size_t i = 0; i < t->blocks; i++)
		free(t->block[i]);
	free(t->block);
	free(t->text);
	map_free(&t->map);
	*t = (struct names){ 0 };
}
