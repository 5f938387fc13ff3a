/* A process that runs already, by -p and by its number; its end is told. */
/* @run: $PROGRAMS/calls 3 2 > /dev/null & until grep -q calls /proc/$!/comm; do sleep 0.02; done; sleep 0.2; $DTRACE -n 'pid$target:a.out:add:entry { @ = count(); }' -p $! -xquiet 2>&1 | sed '/^$/d'; $PROGRAMS/calls 3 2 > /dev/null & until grep -q calls /proc/$!/comm; do sleep 0.02; done; sleep 0.2; $DTRACE -qn "pid$!:calls:add:entry { @ = count(); } pid$!:calls:unpleasant:return /++n == 3/ { exit(0); }" | sed '/^$/d' */
BEGIN { exit(0); }
