/* @run: $DTRACE -s $SRC/share/scripts/lockwaits.d 30 -c "perl ../lockstat/contend.pl pipe 2" 2>/dev/null | awk '/WAIT/ || /^adaptive-/ {sub("-[bs].*", ""); if (!seen[$0]++) print} /pipe_(write|read)/ && !p++ {print "a pipe"}' | LC_ALL=C sort */
/* Writers to a pipe wait for its mutex. */
