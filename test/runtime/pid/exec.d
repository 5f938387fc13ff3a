/* A command that becomes another program, and others on the way: each is looked at again before it begins, in libraries that were there before, too. */
/* @run: f() { $DTRACE -Zqs $TEST "$@" 2>&1 | sed -E "s/process [0-9]+/process PID/" | uniq; }; f -c "sh -c 'exec $PROGRAMS/calls 3'"; f -x evaltime=main -c "env sh -c 'exec env bash -c \"exec $PROGRAMS/calls 3\"'"; f -x evaltime=exec -c "sh -c 'exec $PROGRAMS/calls-static 3'"; f -c $PROGRAMS/again; $PROGRAMS/again stop & p=$!; for i in $(seq 100); do grep -q "State:.T" /proc/$p/status && break; sleep 0.1; done; f -w -n "BEGIN { system(\"kill -CONT $p\"); }" -p $p | grep -v "process PID runs" */
pid$target:calls*:main:entry { printf("%s\n", probemod); }
pid$target::add:entry { @[probefunc, (int)arg0] = count(); }
pid$target::again:entry { @[probefunc, (int)arg0] = count(); }
pid$target:libc.so.6:freopen64:entry, pid$target:libc.so.6:getppid:entry /probefunc != "getppid" || execname == "again" || execname == "exe"/ { @[probefunc, 0] = count(); }
END { printa("%s %d %@d\n", @); }
