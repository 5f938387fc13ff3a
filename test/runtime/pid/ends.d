/* A traced process that ends, and one that becomes another program: told once, and what was gathered stays. */
/* @run: $PROGRAMS/calls 3 3 > /dev/null & p=$!; sleep 0.5; $DTRACE -qs $TEST $p 2>&1 | sed "s/$p/PID/"; $DTRACE -qn 'pid$target:libc:execve:entry { n++; } tick-4s { exit(0); } END { printf("%s\n", n ? "some" : "none"); }' -c "sh -c 'sleep 0.5; exec sleep 9'" 2>&1 | sed -E 's/process [0-9]+/process PID/' */
pid$1:calls:add:entry { @ = count(); }
tick-6s { printa("%@d\n", @); exit(0); }
