/* @run: $DTRACE -q -xdebug -n 'BEGIN { exit(0); }' 2>&1 | sed -E "s/[0-9]+/N/g" */
