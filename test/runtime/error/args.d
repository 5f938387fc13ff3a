/* arg1 the enabled probe, arg2 the action, arg4 the fault, arg5 the address. */
/* @opts: -q */
BEGIN { trace(1); trace(2); trace(*(char *)0x10); }
BEGIN { exit(0); }
ERROR { printf("epid %d action %d fault %d address %x\n", arg1, arg2, arg4, arg5); }
