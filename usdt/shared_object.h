/*
 * shared_object.h - the shared object that a run-time provider lives in
 *
 * One page of text with the places of the probes, one page of data with their semaphores, the least
 * of a dynamic section, a table of symbols (the functions that probes are shown in), and two sections
 * of notes: .note.stapsdt for every tracer, and the types of arguments for dtrace.
 */
#ifndef USDT_SHARED_OBJECT_H
#define USDT_SHARED_OBJECT_H

#include "usdt/usdt.h"

struct so_image {
	unsigned char *bytes; /* malloc'd; the caller's */
	size_t size;
	uint64_t text;	     /* address of the first place, from where the object is loaded */
	uint64_t semaphores; /* of the first semaphore */
};
enum { SO_PLACE_SIZE = 16, SO_SEMAPHORE_SIZE = 2 };
enum { SO_PROBES_MAX = 4096 };

/* Builds the object; probe i has its place at text + i * SO_PLACE_SIZE and its semaphore at
 * semaphores + i * SO_SEMAPHORE_SIZE. 0, or -1 when there is no memory or no code for this machine. */
int so_build(const char *provider, usdt_probedef_t *const *probes, size_t n, struct so_image *out);

/* Bytes that an argument of this C type passes in; negative for a signed number. */
int so_arg_size(const char *type);

#endif
