/* Many clauses of one probe. */
/* @run: (echo 'int n;'; i=0; while [ $i -lt 300 ]; do echo 'BEGIN { n += 1; }'; i=$((i+1)); done; echo 'BEGIN { printf("%d\\n", n); exit(0); }') > $TMP/big.d; $DTRACE -q -s $TMP/big.d */
