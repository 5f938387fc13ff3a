/* @opts: -C -q -UFLAG */
#ifdef FLAG
BEGIN { printf("flag\n"); }
#else
BEGIN { printf("no flag\n"); }
#endif
BEGIN { exit(0); }
