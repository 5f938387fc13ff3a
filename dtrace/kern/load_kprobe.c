/*
 * load_kprobe.c - hangs a program at functions of the kernel
 *
 * In: struct image_kprobe, one for each function. Out: links: one for all where the kernel has
 * kprobe-multi links, one for each elsewhere. Functions that the kernel refuses to probe are left out, for the
 * list of those that it does not refuse is not always to be had; when it refuses all, that is an
 * error.
 */
#include "dtrace/kern/kern.h"
#include "dtrace/kern/load_int.h"

#include <errno.h>
#include <stdlib.h>

struct hanging {
	struct loaded *l;
	struct loaded_prog *lp;
	const struct image_kprobe *at;
	uint64_t *addrs, *cookies; /* the same, as the kernel wants them; NULL: one by one */
	bool ret;
	uint32_t done;
	struct err first; /* refusal */
	const char *refused;
};

static int hang(struct hanging *h, uint32_t from, uint32_t n, struct err *e)
{
	if (!h->addrs)
		return kern_kprobe_attach(h->lp->fd, h->at[from].addr, h->ret, h->at[from].cookie,
					  e);
	return kern_kprobe_multi_attach(
	    h->lp->fd,
	    &(struct kern_kprobe_multi){.addrs = h->addrs + from,
					.cookies = h->cookies + from,
					.count = n,
					.ret = h->ret,
					.attach_type = LOAD_KPROBE_MULTI},
	    e);
}

/* Is the function at fault, and not the memory or the privileges? */
static bool of_function(int code)
{
	return code == EINVAL || code == ENOENT || code == ESRCH || code == EOPNOTSUPP ||
	       code == EILSEQ || code == EADDRNOTAVAIL || code == EBUSY;
}

static void refuse(struct hanging *h, uint32_t i, const struct err *why)
{
	if (!h->refused) {
		h->refused = h->at[i].name;
		h->first = *why;
	}
}

static int hang_range(struct hanging *h, uint32_t from, uint32_t n, struct err *e)
{
	struct err why = {0};
	int fd = hang(h, from, n, &why);

	if (fd >= 0) {
		h->done += n;
		return load_add_link(h->l, fd, e);
	}
	if (!of_function(why.code)) {
		*e = why;
		return -1;
	}
	if (n == 1) {
		refuse(h, from, &why);
		return 0;
	}
	return hang_range(h, from, n / 2, e) < 0 ? -1 : hang_range(h, from + n / 2, n - n / 2, e);
}

static int hang_each(struct hanging *h, uint32_t n, struct err *e)
{
	for (uint32_t i = 0; i < n; i++)
		if (hang_range(h, i, 1, e) < 0)
			return -1;
	return 0;
}

static bool arrays(struct hanging *h, uint32_t n)
{
	h->addrs = malloc(n * sizeof(*h->addrs));
	h->cookies = malloc(n * sizeof(*h->cookies));
	if (!h->addrs || !h->cookies)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		h->addrs[i] = h->at[i].addr;
		h->cookies[i] = h->at[i].cookie;
	}
	return true;
}

int load_kprobes(struct loaded *l, struct loaded_prog *lp, struct err *e)
{
	const struct attach_point *at = &lp->image->attach;
	struct hanging h = {.l = l, .lp = lp, .at = at->kprobes, .ret = at->param != 0};
	int r;

	if (!feature_has(l->features, FEAT_KPROBE_MULTI))
		r = hang_each(&h, at->nkprobes, e);
	else if (arrays(&h, at->nkprobes))
		r = hang_range(&h, 0, at->nkprobes, e);
	else
		r = err_set(e, ENOMEM, "out of memory");
	free(h.addrs);
	free(h.cookies);
	if (r == 0 && !h.done) {
		*e = h.first;
		return err_wrap(e, "function %s", h.refused);
	}
	return r;
}
