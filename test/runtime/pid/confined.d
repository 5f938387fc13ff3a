/* Breakpoints are written into the memory of the process asked about, and of no other that runs the same file. */
/* @run: cp $PROGRAMS/calls $TMP/confined; $TMP/confined 60 60 > /dev/null & a=$!; $TMP/confined 60 60 > /dev/null & b=$!; until grep -q confined /proc/$a/comm && grep -q confined /proc/$b/comm; do sleep 0.02; done; sleep 0.2; $DTRACE -qn "pid$a:a.out:add:entry, pid$a:a.out:unpleasant:return { } tick-1s { system(\"python3 $SRC/test/text_differs.py $a $b\"); } tick-2s { exit(0); }" -w; python3 $SRC/test/text_differs.py $a $b; kill $a $b */
BEGIN { exit(0); }
