/* What needs -w asks for it first, then says whether this kernel can do it at all. */
/* @run: $DTRACE -qn 'BEGIN { panic(); }' 2>&1; $DTRACE -qwn 'BEGIN { panic(); }' 2>&1 | head -1 | cut -d: -f-4 */
