/* @opts: -q -L lib -L more/lib */
BEGIN { printf("%d %d\n", LIB_VALUE, OTHER); exit(0); }
