/* @run: (echo "#!$DTRACE -qs"; echo 'BEGIN { printf("%s %d\\n", $$1, $2); exit(0); }') > $TMP/s; chmod +x $TMP/s; $TMP/s word 5 */
