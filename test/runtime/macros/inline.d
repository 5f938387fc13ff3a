/* @opts: -q */
/* @args: 12 */
inline int LIMIT = $1;
BEGIN { printf("%d\n", LIMIT * 2); exit(0); }
