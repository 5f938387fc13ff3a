/*
 * initctl.h - what init(8), telinit(8) and shutdown(8) of Linux write to the named pipe of a first process
 *
 * A request has 384 bytes, in the machine's byte order:
 *
 *	0	4	0x03091969
 *	4	4	1: another run level
 *	8	4	the run level, a character
 *	12	372	nothing that matters here
 */
#ifndef BASE_INITCTL_H
#define BASE_INITCTL_H

#include <stdint.h>

#define INITCTL_PATH "/run/initctl"
enum { INITCTL_MAGIC = 0x03091969, INITCTL_LEVEL = 1 };
struct initctl_request {
	uint32_t magic, command, level;
	char rest[372];
};
_Static_assert(sizeof(struct initctl_request) == 384, "as init(8) reads them");

#endif
