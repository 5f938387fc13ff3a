/* A buffer that cannot be had becomes smaller. */
/* @opts: -q -xbufsize=1t -xbufresize=auto */
/* @filter: s/lowered to [0-9]+[kmg]$/lowered to SIZE/ */
BEGIN { printf("ok\n"); exit(0); }
