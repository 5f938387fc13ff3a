/* @run: (echo "#!$DTRACE -qCs"; echo '#define N 3'; echo 'BEGIN { printf("%d\\n", N); exit(0); }') > $TMP/s; chmod +x $TMP/s; $TMP/s */
