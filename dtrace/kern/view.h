/*
 * view.h - a kernel array in our address space, shown piece by piece
 *
 * Pages of a mapped array count as resident from the moment of mmap(), used or not, so a mapping of
 * the whole of a buffer or a table would make up most of this process. A view reserves the addresses
 * and maps what is about to be read. Addresses stay the same all the time; touching what is not shown
 * is a fault.
 */
#ifndef KERN_VIEW_H
#define KERN_VIEW_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct view {
	uint8_t *base;	/* NULL: not open */
	size_t bytes;	/* a multiple of the page size */
	size_t piece;	/* bytes shown at once, a multiple of the page size */
	uint8_t *state; /* of each piece: VIEW_HIDDEN.. */
	size_t npieces;
	int fd; /* the map's; not ours */
};

/* Reserves addresses for `bytes` (a multiple of the page size) of the array. */
int view_open(struct view *v, int fd, size_t bytes, size_t piece, struct err *e);
void view_close(struct view *v);
/* Makes [off, off + n) readable and writable; keep: until the view is closed. -1: no memory. */
int view_show(struct view *v, size_t off, size_t n, bool keep);
/* Everything that was not kept. */
void view_hide(struct view *v);

#endif
