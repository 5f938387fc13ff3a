/*
 * load_uprobe.c - hangs a program of user probes at its places
 *
 * In: struct image_uprobes, one for each file and process. Out: links. Where the kernel has
 * uprobe-multi links a file takes one; elsewhere each place takes a perf event with a link of its own,
 * which is the same to the program but slow to undo (0.1 s each).
 *
 * The kernel refuses to probe some instructions, and says so for the whole link: then it is
 * tried in halves, so that one function that cannot be probed does not stand in the way of the others.
 */
#include "dtrace/kern/kern.h"
#include "dtrace/kern/load_int.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MULTI_RETURN = 1 /* BPF_F_UPROBE_MULTI_RETURN */ };

struct arrays { /* of a multi link, as the kernel wants them */
	uint64_t *offsets, *semaphores, *cookies;
};

static bool arrays_make(struct arrays *a, const struct image_uprobes *f)
{
	bool semaphores = false;

	*a = (struct arrays){.offsets = malloc(f->n * sizeof(*a->offsets)),
			     .semaphores = malloc(f->n * sizeof(*a->semaphores)),
			     .cookies = malloc(f->n * sizeof(*a->cookies))};
	if (!a->offsets || !a->semaphores || !a->cookies)
		return false;
	for (uint32_t i = 0; i < f->n; i++) {
		a->offsets[i] = f->at[i].offset;
		a->semaphores[i] = f->at[i].semaphore;
		a->cookies[i] = f->at[i].cookie;
		semaphores |= f->at[i].semaphore != 0;
	}
	if (!semaphores) {
		free(a->semaphores);
		a->semaphores = NULL;
	}
	return true;
}

static void arrays_free(struct arrays *a)
{
	free(a->offsets);
	free(a->semaphores);
	free(a->cookies);
}

/* What is to be hung up, and what came of it. */
struct hanging {
	struct loaded *l;
	struct loaded_prog *lp;
	const struct image_uprobes *file;
	struct arrays arrays;
	char path[32];
	bool multi;			  /* many places by one link, or */
	struct kern_uprobe_events events; /* an event for each */
	uint32_t done;
	struct err first; /* of the places that were refused */
	const char *refused;
};

static int hang(struct hanging *h, uint32_t from, uint32_t n, struct err *e)
{
	const struct image_uprobes *f = h->file;

	if (!h->multi)
		return kern_uprobe_attach(h->lp->fd, &h->events,
					  &(struct kern_uprobe){.path = h->path,
								.offset = f->at[from].offset,
								.semaphore = f->at[from].semaphore,
								.cookie = f->at[from].cookie,
								.pid = f->pid,
								.ret = f->ret},
					  e);
	return kern_uprobe_multi_attach(
	    h->lp->fd,
	    &(struct kern_uprobe_multi){
		.path = h->path,
		.offsets = h->arrays.offsets + from,
		.ref_ctr_offsets = h->arrays.semaphores ? h->arrays.semaphores + from : NULL,
		.cookies = h->arrays.cookies + from,
		.count = n,
		.flags = f->ret ? MULTI_RETURN : 0,
		.pid = f->pid,
		.attach_type = LOAD_UPROBE_MULTI},
	    e);
}

/* Is the place at fault, and not the process, the memory or the privileges? */
static bool of_place(int code)
{
	enum { KERNEL_ENOTSUPP = 524 };
	return code == EINVAL || code == EOPNOTSUPP || code == KERNEL_ENOTSUPP || code == EIO ||
	       code == EILSEQ || code == ENOEXEC;
}

static int hang_range(struct hanging *h, uint32_t from, uint32_t n, struct err *e)
{
	struct err why = {0};
	int fd = hang(h, from, n, &why);

	if (fd >= 0) {
		h->done += n;
		return load_add_link(h->l, fd, e);
	}
	if (!of_place(why.code)) {
		*e = why;
		return -1;
	}
	if (n == 1) {
		if (!h->refused) {
			h->refused = h->file->at[from].name;
			h->first = why;
		}
		return 0;
	}
	return hang_range(h, from, n / 2, e) < 0 ? -1 : hang_range(h, from + n / 2, n - n / 2, e);
}

enum { PIECE = 1 << 16 }; /* links take some 10 ms each to go */

static int hang_all(struct hanging *h, struct err *e)
{
	uint32_t n = h->file->n;
	int r = 0;

	/* The kernel looks at no signal, not even SIGKILL, before it has hung all of a link. */
	for (uint32_t i = 0; h->multi && i < n && r == 0; i += PIECE)
		r = hang_range(h, i, n - i < PIECE ? n - i : PIECE, e);
	if (h->multi)
		return r;
	h->events = kern_uprobe_events_open();
	for (uint32_t i = 0; i < n && r == 0; i++)
		r = hang_range(h, i, 1, e);
	kern_uprobe_events_close(&h->events);
	return r;
}

static bool is_gone(uint32_t pid)
{
	return pid && kill((pid_t)pid, 0) < 0 && errno == ESRCH;
}

int load_uprobes_file(struct loaded *l, struct loaded_prog *lp, const struct image_uprobes *f,
		      struct err *e)
{
	struct hanging h = {
	    .l = l, .lp = lp, .file = f, .multi = feature_has(l->features, FEAT_UPROBE_MULTI)};
	int r = -1;

	snprintf(h.path, sizeof(h.path), "/proc/self/fd/%d", f->fd);
	if (arrays_make(&h.arrays, f))
		r = hang_all(&h, e);
	else
		err_set(e, ENOMEM, "out of memory");
	arrays_free(&h.arrays);
	if (r < 0 && is_gone(f->pid))
		return err_set(e, ESRCH, "process %u not found: No such process", f->pid);
	if (r < 0 && !f->pid)
		return err_wrap(e, "failed to create probes in %s", f->file);
	if (r < 0)
		return err_wrap(e, "failed to create probes in process %u", f->pid);
	if (!h.done) {
		*e = h.first;
		return err_wrap(e, "failed to create %s probe for '%s' in process %u",
				f->ret ? "return" : "entry", h.refused, f->pid);
	}
	return 0;
}

int load_uprobes(struct loaded *l, struct loaded_prog *lp, struct err *e)
{
	const struct attach_point *at = &lp->image->attach;
	uint32_t gone = 0;

	for (uint32_t i = 0; i < at->nfiles; i++) {
		if (load_uprobes_file(l, lp, &at->files[i], e) == 0)
			continue;
		if (e->code != ESRCH)
			return -1;
		gone++; /* it ended since it was looked at: the others are there */
	}
	return gone && gone == at->nfiles ? -1 : 0;
}
