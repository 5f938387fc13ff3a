/* A ring of 40 bytes holds two records of 16. */
/* @opts: -q -xbufpolicy=ring -xbufsize=40 */
BEGIN { printf("%d\n", 1); }
BEGIN { printf("%d\n", 2); }
BEGIN { printf("%d\n", 3); }
BEGIN { printf("%d\n", 4); }
BEGIN { printf("%d\n", 5); exit(0); }
