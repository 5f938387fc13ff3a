/* plugin.c - what loads.c loads */
#include "test/programs/by_hand.h"

#include <unistd.h>

__attribute__((visibility("default"))) int plugged(int n);

BY_HAND_SEMAPHORE(plugin_fired);

__attribute__((noinline)) int plugged(int n)
{
	n +=
	    0 *
	    getpid(); /* the kernel takes no two probes at one place, with and without a semaphore */
	BY_HAND(plugin, fired, plugin_fired, "-4@%0", "r"(n));
	return n + 1;
}
