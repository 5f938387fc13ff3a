/* The first calls of a library that is loaded while tracing runs: the target waits until its probes are there, as a command and as a process of -p, with threads. */
/* @run: f() { $DTRACE -Zqs $TEST "$@"; }; f -c "$PROGRAMS/loads $PROGRAMS/plugin.so 20 0"; $PROGRAMS/loads $PROGRAMS/plugin.so 20 0 stop & p=$!; for i in $(seq 100); do grep -q "State:.T" /proc/$p/status && break; sleep 0.1; done; f -w -n "BEGIN { system(\"kill -CONT $p\"); }" -p $p; f -c "sh -c 'exec $PROGRAMS/loads $PROGRAMS/plugin.so 20 0'" 2> /dev/null */
pid$target:plugin.so:plugged:entry, pid$target:plugin.so:plugged:return, plugin$target:::fired { @[probename] = count(); }
END { printa("%s %@d\n", @); }
