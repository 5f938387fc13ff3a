/* Unused arguments are an error unless argref says otherwise. */
/* @opts: -q -xargref */
/* @args: 1 2 3 */
BEGIN { printf("%d\n", $2); exit(0); }
