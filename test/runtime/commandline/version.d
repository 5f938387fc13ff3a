/* @run: $DTRACE -V | grep -c '^dtrace: Sun D 1\.' */
