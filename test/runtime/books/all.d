/* @run: for f in $(ls lib); do case $f in *.d) f=lib/$f;; *) continue;; esac; $DTRACE -s $f -c "sh lib/load.sh" > $TMP/out 2> $TMP/err || { echo "$f failed"; cat $TMP/err; }; [ ! -s $TMP/err ] || { echo "$f:"; cat $TMP/err; }; [ $(grep -c . $TMP/out) -gt 0 ] || echo "$f printed nothing"; done; echo ran */
/* @timeout: 400 */
/* Programs in the manner of the published collections, over every stable provider of the kernel: each compiles, runs under load without a fault and
 * prints something. */
