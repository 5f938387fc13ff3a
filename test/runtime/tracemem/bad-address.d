/* @opts: -q */
BEGIN { tracemem(NULL, 16); }
ERROR { printf("fault %d\n", arg4); exit(0); }
