/* @opts: -C -q -DFLAG -DNUMBER=7 */
#ifdef FLAG
BEGIN { printf("flag %d\n", NUMBER); }
#else
BEGIN { printf("no flag\n"); }
#endif
#if NUMBER > 5
BEGIN { printf("large\n"); }
#endif
BEGIN { exit(0); }
