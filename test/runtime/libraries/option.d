/* @opts: -q -xlibdir=more/lib */
BEGIN { printf("%d\n", OTHER); exit(0); }
