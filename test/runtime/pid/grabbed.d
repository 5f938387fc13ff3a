/* A process that runs already, by -p and by its number; its end is told. */
/* @run: $PROGRAMS/calls 3 2 > /dev/null & sleep 0.4; $DTRACE -n 'pid$target:a.out:add:entry { @ = count(); }' -p $! -xquiet 2>&1 | sed '/^$/d'; $PROGRAMS/calls 3 2 > /dev/null & sleep 0.4; $DTRACE -qn "pid$!:calls:add:entry { @ = count(); } pid$!:calls:unpleasant:return /++n == 3/ { exit(0); }" | sed '/^$/d' */
BEGIN { exit(0); }
