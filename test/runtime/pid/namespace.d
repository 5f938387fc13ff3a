/* A program in another mount namespace, which has no such file here; and one whose file has been deleted. */
/* @run: unshare -m sh -c "mkdir $TMP/own; mount -t tmpfs none $TMP/own; cp $PROGRAMS/calls $TMP/own/hidden; exec $TMP/own/hidden 3 3" > /dev/null & a=$!; cp $PROGRAMS/calls $TMP/gone; $TMP/gone 4 3 > /dev/null & b=$!; sleep 1; rm $TMP/gone; ls $TMP/own; $DTRACE -qn "pid$a:hidden:add:entry, pid$b:gone:add:entry { @[probemod] = count(); } tick-4s { exit(0); }" 2>/dev/null */
BEGIN { exit(0); }
