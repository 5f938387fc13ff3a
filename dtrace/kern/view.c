/* view.c - see view.h */
#include "dtrace/kern/view.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { HIDDEN, SHOWN, KEPT };

int view_open(struct view *v, int fd, size_t bytes, size_t piece, struct err *e)
{
	size_t n = (bytes + piece - 1) / piece;
	uint8_t *state = calloc(n + 1, 1);
	void *p =
	    state ? mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
		  : MAP_FAILED;

	if (p == MAP_FAILED) {
		int code = state ? errno : ENOMEM;
		free(state);
		return err_sys(e, code, "cannot map %zu bytes of a kernel array", bytes);
	}
	*v = (struct view){
	    .base = p, .bytes = bytes, .piece = piece, .state = state, .npieces = n, .fd = fd};
	return 0;
}

void view_close(struct view *v)
{
	if (v->base)
		munmap(v->base, v->bytes);
	free(v->state);
	*v = (struct view){0};
}

static size_t piece_end(const struct view *v, size_t i)
{
	size_t end = i * v->piece;

	return end < v->bytes ? end : v->bytes;
}

int view_show(struct view *v, size_t off, size_t n, bool keep)
{
	size_t first = off / v->piece, end = (off + n + v->piece - 1) / v->piece;

	end = end < v->npieces ? end : v->npieces;
	for (size_t i = first; i < end;) {
		size_t run = i, at = i * v->piece;

		while (run < end && v->state[run] == HIDDEN)
			run++;
		if (run == i) {
			v->state[i] = keep ? KEPT : v->state[i];
			i++;
			continue;
		}
		if (mmap(v->base + at, piece_end(v, run) - at, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_FIXED, v->fd, (off_t)at) == MAP_FAILED)
			return -1;
		memset(v->state + i, keep ? KEPT : SHOWN, run - i);
		i = run;
	}
	return 0;
}

void view_hide(struct view *v)
{
	for (size_t i = 0; i < v->npieces;) {
		size_t run = i, at = i * v->piece;

		while (run < v->npieces && v->state[run] == SHOWN)
			run++;
		if (run == i) {
			i++;
			continue;
		}
		if (mmap(v->base + at, piece_end(v, run) - at, PROT_NONE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1,
			 0) != MAP_FAILED)
			memset(v->state + i, HIDDEN, run - i);
		i = run;
	}
}
