/* Functions that begin with endbr64 are probed past it. */
/* @run: $DTRACE -qn 'pid$target:a.out:add:entry { printf("%d %d\n", (int)arg0, (int)arg1); } pid$target:a.out:fact:entry { n++; } pid$target:a.out:fact:return { m++; } END { printf("%d %d\n", n, m); }' -c $PROGRAMS/calls-branches; $DTRACE -qn 'pid$target:a.out:fact:4 { @["4"] = count(); } pid$target:a.out:fact:0 { @["0"] = count(); } END { printa("%s %@d\n", @); }' -c $PROGRAMS/calls-branches */
BEGIN { exit(0); }
