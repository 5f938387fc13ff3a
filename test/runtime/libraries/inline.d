/* @opts: -q -Llib */
BEGIN { printf("%d\n", LIB_VALUE); exit(0); }
