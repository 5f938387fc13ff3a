/* @run: $DTRACE -xerrtags -n 'BEGIN { x; }' 2>&1 | head -1; $DTRACE -n 'BEGIN { x; }' 2>&1 | head -1 */
