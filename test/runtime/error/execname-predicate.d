/* An ERROR clause may have a predicate. */
/* @opts: -q */
BEGIN { a = *(int *)NULL; }
BEGIN { z = 0; a = 1 / z; }
ERROR /arg4 == DTRACEFLT_DIVZERO/ { printf("division\n"); }
ERROR /arg4 == DTRACEFLT_BADADDR/ { printf("address\n"); }
BEGIN { exit(0); }
