/*
 * usdt.h - probes that a program makes while it runs
 *
 * For interpreters and whatever else learns of its probes too late for dtrace -h: a provider is
 * named, probes with their argument types are added, and usdt_provider_enable() puts them where
 * dtrace, perf, gdb and bpftrace find them. The interface is that of libusdt.
 *
 *	const char *types[] = {"char *", "int"};
 *	usdt_provider_t *p = usdt_create_provider("app", "jobs");
 *	usdt_probedef_t *d = usdt_create_probe("run_job", "job-start", 2, types);
 *	usdt_provider_add_probe(p, d);
 *	if (usdt_provider_enable(p) != 0)
 *		errx(1, "%s", usdt_errstr(p));
 *	...
 *	if (usdt_is_enabled(d->probe)) {
 *		void *argv[] = {name, (void *)(intptr_t)number};
 *		usdt_fire_probe(d->probe, 2, argv);
 *	}
 *
 * traced with dtrace -n 'app$target:jobs:run_job:job-start { trace(copyinstr(arg0)); }' -p PID.
 *
 * How: the provider becomes a small shared object in memory, with a function of one nop for each
 * probe and the notes that describe it, and is loaded as any shared object is. Firing is a call of
 * that function; asking whether anybody looks is reading a counter. A provider is one thread's at a
 * time until it is enabled; firing is for all threads.
 */
#ifndef USDT_H
#define USDT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

#define USDT_ARG_MAX 32

typedef struct usdt_provider usdt_provider_t;

typedef struct usdt_probe {
	const volatile uint16_t *looking; /* how many tracers look at it */
	void *place;			  /* the function to call */
} usdt_probe_t;

typedef struct usdt_probedef {
	usdt_probe_t *probe; /* never NULL; does nothing while its provider is not enabled */
	struct usdt_probedef *next;
	char *function, *name;
	size_t argc;
	char *types[USDT_ARG_MAX];
	int refs;
	usdt_probe_t own;
} usdt_probedef_t;

/* A provider without probes; module is the name of the object that its probes are shown in. Names
 * are copied. NULL when there is no memory. */
usdt_provider_t *usdt_create_provider(const char *name, const char *module);

/* A probe of argc arguments (at most USDT_ARG_MAX; bpftrace, perf and SystemTap take 12) whose C types are types: "int", "uint8_t",
 * "char *", ... or any other type that D knows when it is traced; numbers of a size that is not
 * known here pass as 8 bytes. NULL when there is no memory or argc is too great. */
usdt_probedef_t *usdt_create_probe(const char *function, const char *name, size_t argc,
				   const char **types);
/* The definition is freed when its provider has let go of it too. */
void usdt_probe_release(usdt_probedef_t *probedef);

/* Both before usdt_provider_enable(), or after a disable. 0, or -1 and usdt_errstr(). */
int usdt_provider_add_probe(usdt_provider_t *provider, usdt_probedef_t *probedef);
int usdt_provider_remove_probe(usdt_provider_t *provider, usdt_probedef_t *probedef);

int usdt_provider_enable(usdt_provider_t *provider);
/* No thread may be firing a probe of it. */
int usdt_provider_disable(usdt_provider_t *provider);
/* Disables it, releases its probes. NULL does nothing. */
void usdt_provider_free(usdt_provider_t *provider);

int usdt_is_enabled(const usdt_probe_t *probe);
/* argv holds the values themselves, integers cast to void *. Fewer than the probe has: the others
 * are 0. */
void usdt_fire_probe(const usdt_probe_t *probe, size_t argc, void **argv);
void usdt_fire_probedef(const usdt_probedef_t *probedef, size_t argc, void **argv);

/* For a program that makes a provider which tells more than one of the same name that is built into
 * it: from now on tracers cannot look at the built-in probes in this process. Probes of other
 * providers whose counters lie in the same pages go with them. Best while there is one thread. How
 * many places were hidden, or -1 when some could not be. */
int usdt_hide_built_in(const char *provider);

/* What went wrong last, in words. */
const char *usdt_errstr(const usdt_provider_t *provider);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
