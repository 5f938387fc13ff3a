/* What -A saves is traced with nobody there to read it, and taken over by -a: from its BEGIN on, with more options; after that
 * there is nothing any more. */
/* @needs: root */
/* @run: cat $TEST > $TMP/a.d; $DTRACE -A -o $TMP/saved -s $TMP/a.d 'a "word"' -xbufsize=1m 2>&1 | sed "s|$TMP||"; rm $TMP/a.d; $DTRACE -xanon=$TMP/at --anonymous=$TMP/saved 2>$TMP/said & until [ -e $TMP/at ]; do sleep 0.02; done; sleep 0.5; (sleep 0.2; kill -INT $!) & $DTRACE -xanon=$TMP/at -aq -xaggsortrev -o $TMP/out; echo status $?; cat $TMP/out; wait; sed "s|$TMP||" $TMP/said; $DTRACE -xanon=$TMP/at -a 2>&1; echo status $? */
BEGIN { printf("%s\n", $$1); @["b"] = sum(1); @["a"] = sum(2); }
tick-10hz /n++ < 3/ { printf("%d\n", n); }
tick-10hz /n == 4/ { exit(7); }
