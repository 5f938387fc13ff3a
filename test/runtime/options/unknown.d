/* @run: $DTRACE -xnonsense -n BEGIN 2>&1 | head -1; $DTRACE -xnonsense=5 -n BEGIN 2>&1 | head -1; $DTRACE -xbufpolicy=best -n BEGIN 2>&1 | head -1; $DTRACE -xversion=99 -n BEGIN 2>&1 | head -1 */
