/* arg1 the enabled probe, arg2 the action, arg3 where in it, in instructions of four bytes, arg4 the fault, arg5 the address. */
/* @opts: -q */
BEGIN { trace(1); trace(2); trace(*(char *)0x10); }
BEGIN { exit(0); }
ERROR { printf("epid %d action %d offset %d fault %d address %x\n", arg1, arg2, arg3 > 0 && arg3 < 1000 && arg3 % 4 == 0, arg4, arg5); }
