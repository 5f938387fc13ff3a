/* @run: "$DTRACE" -qn 'BEGIN { printf("%Y\n", walltimestamp); exit(0); }' | grep -cE '^20[0-9]{2} [A-Z][a-z]{2} [ 0-9][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2}$' */
