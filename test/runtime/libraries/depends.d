/* Libraries are compiled in the order of their dependencies. */
/* @opts: -q -Llib */
BEGIN { printf("%d\n", LIB_TWICE); exit(0); }
