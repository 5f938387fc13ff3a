/* ... unless that is forbidden. */
/* @opts: -q -xbufsize=1t -xbufresize=manual */
/* @exit: 1 */
BEGIN { printf("not reached\n"); exit(0); }
