/* syscall_names.h - system call numbers and names */
#ifndef PROVIDER_SYSCALL_NAMES_H
#define PROVIDER_SYSCALL_NAMES_H

enum { SYSCALL_LIMIT = 473 }; /* numbers below this may have names */

const char *syscall_name(unsigned nr);	     /* NULL: none */
const char *syscall_event(const char *name); /* x of the kernel's event sys_enter_x */

#endif
