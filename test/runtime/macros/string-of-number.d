/* @opts: -q */
/* @args: 5 */
BEGIN { printf("%s %d\n", $$1, $1 + 1); exit(0); }
