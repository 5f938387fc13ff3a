/* A record that the buffer can never hold is dropped. */
/* @filter: s/on CPU [0-9]+/on CPU N/ */
/* @opts: -q -xbufsize=64 */
BEGIN { trace("takes 256 bytes and a head"); }
BEGIN { printf("fits\n"); exit(0); }
