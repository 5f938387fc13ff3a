/*
 * frame.c - cells put in order, and cut to the greatest keys
 */
#include "analytics/metric/frame.h"

#include <stdlib.h>

static int frame_order(const void *a, const void *b)
{
	const struct frame_cell *x = a, *y = b;
	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->bucket < y->bucket ? -1 : x->bucket > y->bucket;
}

void frame_sort(struct frame *f)
{
	uint32_t kept = 0;
	bool sorted = true;
	for (uint32_t i = 1; i < f->ncells && sorted; i++)
		sorted = frame_order(&f->cells[i - 1], &f->cells[i]) < 0;
	if (sorted)
		return;
	qsort(f->cells, f->ncells, sizeof(f->cells[0]), frame_order);
	for (uint32_t i = 0; i < f->ncells; i++)
		if (kept && frame_order(&f->cells[kept - 1], &f->cells[i]) == 0)
			f->cells[kept - 1].value += f->cells[i].value;
		else
			f->cells[kept++] = f->cells[i];
	f->ncells = kept;
}

struct key_total {
	uint32_t key;
	int64_t total;
};

/* By total, the greatest first; then by id, so that the choice is always the same. */
static int total_order(const void *a, const void *b)
{
	const struct key_total *x = a, *y = b;
	if (x->total != y->total)
		return x->total > y->total ? -1 : 1;
	return x->key < y->key ? -1 : x->key > y->key;
}
static int key_order(const void *a, const void *b)
{
	const struct key_total *x = a, *y = b;
	return x->key < y->key ? -1 : x->key > y->key;
}

void frame_top(struct frame *f, uint32_t most)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < f->ncells; i++)
		n += f->cells[i].key >= FRAME_FIRST_KEY &&
		     (i == 0 || f->cells[i - 1].key != f->cells[i].key);
	if (n <= most)
		return;
	struct key_total *t = calloc(n, sizeof(*t));
	if (!t)
		return; /* more keys than asked for, but nothing wrong */
	n = 0;
	for (uint32_t i = 0; i < f->ncells; i++) {
		if (f->cells[i].key < FRAME_FIRST_KEY)
			continue;
		if (n == 0 || t[n - 1].key != f->cells[i].key)
			t[n++].key = f->cells[i].key;
		t[n - 1].total += f->cells[i].value;
	}
	qsort(t, n, sizeof(*t), total_order);
	qsort(t, most, sizeof(*t), key_order);
	for (uint32_t i = 0, k = 0; i < f->ncells; i++) {
		if (f->cells[i].key < FRAME_FIRST_KEY)
			continue;
		while (k < most && t[k].key < f->cells[i].key)
			k++;
		if (k == most || t[k].key != f->cells[i].key)
			f->cells[i].key = FRAME_OTHER;
	}
	free(t);
	f->flags |= FRAME_KEYS_CUT;
	frame_sort(f);
}

int64_t frame_total(const struct frame *f)
{
	int64_t total = 0;
	for (uint32_t i = 0; i < f->ncells; i++)
		total += f->cells[i].value;
	return total;
}
