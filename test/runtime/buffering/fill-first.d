/* With the policy fill the first records stay: of 16 bytes each, two fit into 32. */
/* @opts: -q -xbufpolicy=fill -xbufsize=32 */
BEGIN { printf("%d\n", 1); }
BEGIN { printf("%d\n", 2); }
BEGIN { printf("%d\n", 3); }
BEGIN { printf("%d\n", 4); }
