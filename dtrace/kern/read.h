/* read.h - reading the kernel's memory from here: a program that is run by hand copies it into a map */
#ifndef KERN_READ_H
#define KERN_READ_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

enum { KERN_READ_MAX = 4096 }; /* bytes at once */

struct kern_reader {
	int map, prog; /* descriptors */
	void *mem;     /* the map's only value */
};

int kern_reader_open(struct kern_reader *r, struct err *e);
void kern_reader_close(struct kern_reader *r);
/* n bytes at addr, at most KERN_READ_MAX; -1: some of them are not there. */
int kern_read(struct kern_reader *r, uint64_t addr, void *buf, size_t n);
/* The task_struct of this thread; 0: it cannot be told. */
uint64_t kern_read_current(struct kern_reader *r);

#endif
