/* @run: $DTRACE -y 2>&1 | head -2; $DTRACE -n 2>&1 | head -1 */
