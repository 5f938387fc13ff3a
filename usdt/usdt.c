/*
 * usdt.c - providers made at run time
 *
 * The shared object is loaded from a file that exists only in memory and stays open, so that tools
 * which look for it by name find it below /proc/PID/fd; where the system forbids such files to be
 * executed, from one in /tmp that is removed at once.
 */
#include "usdt/usdt.h"

#include "usdt/shared_object.h"

#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct usdt_provider {
	char *name, *module;
	usdt_probedef_t *probes; /* in the order they were added */
	size_t n;
	void *object; /* of dlopen(); NULL = not enabled */
	int fd;
	char error[256];
};

static const uint16_t nobody;

static int fail(usdt_provider_t *p, const char *what, const char *detail)
{
	snprintf(p->error, sizeof(p->error), "%s%s%s", what, *detail ? ": " : "", detail);
	return -1;
}

/* ---- probes ---- */

static void free_probedef(usdt_probedef_t *d)
{
	for (size_t i = 0; i < d->argc; i++)
		free(d->types[i]);
	free(d->function);
	free(d->name);
	free(d);
}

static void unplace(usdt_probedef_t *d)
{
	d->own = (usdt_probe_t){.looking = &nobody};
}

usdt_probedef_t *usdt_create_probe(const char *function, const char *name, size_t argc,
				   const char **types)
{
	usdt_probedef_t *d = argc <= USDT_ARG_MAX ? calloc(1, sizeof(*d)) : NULL;
	if (!d)
		return NULL;
	d->probe = &d->own;
	d->refs = 1;
	unplace(d);
	d->function = strdup(function && *function ? function : name);
	d->name = strdup(name);
	int whole = d->function && d->name;
	for (; d->argc < argc; d->argc++) {
		d->types[d->argc] = strdup(types[d->argc]);
		whole = whole && d->types[d->argc];
	}
	if (whole)
		return d;
	free_probedef(d);
	return NULL;
}

void usdt_probe_release(usdt_probedef_t *d)
{
	if (d && --d->refs == 0)
		free_probedef(d);
}

/* ---- providers ---- */

usdt_provider_t *usdt_create_provider(const char *name, const char *module)
{
	usdt_provider_t *p = calloc(1, sizeof(*p));
	if (!p)
		return NULL;
	p->fd = -1;
	p->name = strdup(name);
	p->module = strdup(module && *module ? module : name);
	if (p->name && p->module)
		return p;
	usdt_provider_free(p);
	return NULL;
}

int usdt_provider_add_probe(usdt_provider_t *p, usdt_probedef_t *d)
{
	usdt_probedef_t **at = &p->probes;
	if (p->object)
		return fail(p, "the provider is enabled", "disable it to add probes");
	if (p->n >= SO_PROBES_MAX)
		return fail(p, "too many probes", "");
	for (; *at; at = &(*at)->next)
		if (strcmp((*at)->name, d->name) == 0 && strcmp((*at)->function, d->function) == 0)
			return fail(p, "the provider has a probe of that name and function",
				    d->name);
	*at = d;
	d->next = NULL;
	d->refs++;
	p->n++;
	return 0;
}

int usdt_provider_remove_probe(usdt_provider_t *p, usdt_probedef_t *d)
{
	if (p->object)
		return fail(p, "the provider is enabled", "disable it to remove probes");
	for (usdt_probedef_t **at = &p->probes; *at; at = &(*at)->next) {
		if (*at != d)
			continue;
		*at = d->next;
		p->n--;
		usdt_probe_release(d);
		return 0;
	}
	return fail(p, "the provider has no such probe", d->name);
}

static int write_all(int fd, const struct so_image *im)
{
	for (size_t done = 0; done < im->size;) {
		ssize_t n = write(fd, im->bytes + done, im->size - done);
		if (n <= 0)
			return -1;
		done += (size_t)n;
	}
	return 0;
}

/* Loads the object from a descriptor; path is what dlopen() takes. */
static void *load(int fd, const char *path, const struct so_image *im)
{
	char self[64];
	if (fd < 0 || write_all(fd, im) < 0)
		return NULL;
	snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	return dlopen(path ? path : self, RTLD_NOW | RTLD_LOCAL);
}

static void *load_anywhere(usdt_provider_t *p, const struct so_image *im)
{
	char path[] = "/tmp/usdt-XXXXXX";
	p->fd = memfd_create(p->module, MFD_CLOEXEC);
	void *object = load(p->fd, NULL, im);
	if (object)
		return object;
	if (p->fd >= 0)
		close(p->fd);
	p->fd = mkstemp(path);
	object = load(p->fd, path, im);
	if (p->fd >= 0)
		unlink(path);
	return object;
}

static void place_probes(usdt_provider_t *p, const struct so_image *im, uintptr_t base)
{
	size_t i = 0;
	for (usdt_probedef_t *d = p->probes; d; d = d->next, i++) {
		d->own.place = (void *)(base + im->text + i * SO_PLACE_SIZE);
		d->own.looking = (const uint16_t *)(base + im->semaphores + i * SO_SEMAPHORE_SIZE);
	}
}

int usdt_provider_enable(usdt_provider_t *p)
{
	struct so_image im;
	struct link_map *lm;
	if (p->object)
		return fail(p, "the provider is enabled already", "");
	if (!p->n)
		return fail(p, "the provider has no probes", "");
	usdt_probedef_t **list = calloc(p->n, sizeof(usdt_probedef_t *));
	size_t n = 0;
	for (usdt_probedef_t *d = p->probes; list && d; d = d->next)
		list[n++] = d;
	int r = list ? so_build(p->name, list, n, &im) : -1;
	free(list);
	if (r < 0)
		return fail(p, "cannot build the probes", "no memory, or not for this machine");
	p->object = load_anywhere(p, &im);
	free(im.bytes);
	if (!p->object || dlinfo(p->object, RTLD_DI_LINKMAP, &lm) != 0) {
		fail(p, "cannot load the probes", dlerror());
		usdt_provider_disable(p);
		return -1;
	}
	place_probes(p, &im, lm->l_addr);
	return 0;
}

int usdt_provider_disable(usdt_provider_t *p)
{
	for (usdt_probedef_t *d = p->probes; d; d = d->next)
		unplace(d);
	if (p->object)
		dlclose(p->object);
	p->object = NULL;
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
	return 0;
}

void usdt_provider_free(usdt_provider_t *p)
{
	if (!p)
		return;
	usdt_provider_disable(p);
	while (p->probes) {
		usdt_probedef_t *d = p->probes;
		p->probes = d->next;
		usdt_probe_release(d);
	}
	free(p->name);
	free(p->module);
	free(p);
}

const char *usdt_errstr(const usdt_provider_t *p)
{
	return p->error;
}

/* ---- firing ---- */

int usdt_is_enabled(const usdt_probe_t *probe)
{
	return *probe->looking != 0;
}

void usdt_fire_probe(const usdt_probe_t *probe, size_t argc, void **argv)
{
	typedef void place_fn(void *, void *, void *, void *, void *, void *, void *, void *,
			      void *, void *, void *, void *, void *, void *, void *, void *,
			      void *, void *, void *, void *, void *, void *, void *, void *,
			      void *, void *, void *, void *, void *, void *, void *, void *);
	void *a[USDT_ARG_MAX] = {0};
	if (!probe->place)
		return;
	for (size_t i = 0; i < argc && i < USDT_ARG_MAX; i++)
		a[i] = argv[i];
	((place_fn *)probe->place)(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9],
				   a[10], a[11], a[12], a[13], a[14], a[15], a[16], a[17], a[18],
				   a[19], a[20], a[21], a[22], a[23], a[24], a[25], a[26], a[27],
				   a[28], a[29], a[30], a[31]);
}

void usdt_fire_probedef(const usdt_probedef_t *d, size_t argc, void **argv)
{
	usdt_fire_probe(d->probe, argc, argv);
}
