/*
 * security.h - the security flags of a zone: what Linux has of them
 *
 * aslr is the kernel's own unless a process goes without, by personality(2); a stack can be executed where a program's
 * header asks for it, or by personality(2) and mprotect(2) later; nothing can be mapped at address 0 below the
 * system's vm.mmap_min_addr. So of the sets of security-flags(7), "default" decides whether processes begin with
 * aslr, and what "lower" has cannot be taken off.
 */
#ifndef ZONE_SECURITY_H
#define ZONE_SECURITY_H

#include "zone/config.h"

enum zone_security { /* bits of what is done */
		     ZONE_SECURITY_NO_ASLR = 1,
		     ZONE_SECURITY_KEEP_ASLR = 2,
		     ZONE_SECURITY_KEEP_STACK = 4
};
/* Of a configuration that is checked. */
unsigned zone_security_of(const struct zone_config *z);
/* Are the sets of flags, and within each other? */
int zone_security_check(const struct zone_instance *i, struct err *e);

#endif
