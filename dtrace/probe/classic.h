/*
 * classic.h - modules, functions and system calls as published programs name them
 *
 * A description may say in which function of the kernel a stable probe lies, io::bdev_strategy:start, and programs that were written for illumos name functions of
 * that kernel. Where a provider's documentation lists them they stand for the probe here as well, wherever it is made from.
 */
#ifndef PROBE_CLASSIC_H
#define PROBE_CLASSIC_H

#include <stdbool.h>

/* Is it what programs for illumos, FreeBSD or macOS call the kernel itself: genunix, unix, kernel, mach_kernel? */
bool classic_kernel_is(const char *module);

/* Does the pattern fit a function in which the provider's probe of this name lies there? Not for an empty pattern. */
bool classic_function_fits(const char *provider, const char *pattern, const char *name);

/* Is this what illumos calls a system call that Linux has under another name, its arguments in the same places? exece is execve. Patterns with stars mean Linux's own
 * names, which is why *stat* does not match anything twice. */
bool classic_call_is(const char *classic, const char *call);

#endif
