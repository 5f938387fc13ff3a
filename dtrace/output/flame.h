/*
 * flame.h - folded stacks to a flame graph
 *
 * In: lines "outer;inner;... count", as folded.c writes them. Out: an SVG file that needs nothing
 * else: frames are boxes as wide as what passed through them, callers below, sorted by name; a click
 * zooms, Ctrl-F searches, the text of each box is its title. The form is Brendan Gregg's.
 */
#ifndef OUTPUT_FLAME_H
#define OUTPUT_FLAME_H

#include "base/buf.h"

/* Appends the SVG. Counts of the same stack add up; lines that are none are passed over, as are
 * counts below 1. title may be NULL. 0, or -1 when there is no memory. No stacks: a graph that says
 * so. */
int flame_svg(const char *folded, size_t n, const char *title, struct buf *out);

#endif
