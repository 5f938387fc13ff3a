/* With the policy ring the newest records stay: of 16 bytes each, four fit into 64; exit() is one. */
/* @opts: -q -xbufpolicy=ring -xbufsize=64 */
BEGIN { printf("%d\n", 1); }
BEGIN { printf("%d\n", 2); }
BEGIN { printf("%d\n", 3); }
BEGIN { printf("%d\n", 4); }
BEGIN { printf("%d\n", 5); }
BEGIN { printf("%d\n", 6); }
BEGIN { exit(0); }
