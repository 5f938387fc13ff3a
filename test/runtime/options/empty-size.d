/* The option needs a value. */
/* @run: $DTRACE -xbufsize -n BEGIN 2>&1 | head -1; $DTRACE -xbufsize= -n BEGIN 2>&1 | head -1 */
