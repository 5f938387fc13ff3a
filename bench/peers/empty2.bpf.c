/* Nothing at all at both ends of a system call. */
#include "peer.h"

SEC("raw_tp/sys_enter")
int on_enter(void *ctx)
{
	return 0;
}

SEC("raw_tp/sys_exit")
int on_exit(void *ctx)
{
	return 0;
}
