/* @opts: -q -xbufsize=0 */
/* @exit: 1 */
BEGIN { printf("no room\n"); exit(0); }
