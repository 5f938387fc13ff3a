/* @opts: -q -xversion=1.0 */
BEGIN { printf("one\n"); exit(0); }
