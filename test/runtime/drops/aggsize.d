/* What a table cannot take is dropped; entries and drops together are the events. */
/* @run: $DTRACE -q -xaggsize=4k -xdroptags -s $TEST -c 'sh -c "i=0; while [ \$i -lt 600 ]; do kill -0 \$\$; i=\$((i+1)); done"' 2>&1 | awk '/drop/ { for (i = 1; i <= NF; i++) if ($i ~ /^[0-9]+$/) { d += $i; break } next } NF { n++ } END { print n + d, (d > 0 ? "some dropped" : "none dropped") }' */
syscall::kill:entry
/pid == $target/
{
	@[timestamp] = count();
}
END { printa("%d\n", @); }
