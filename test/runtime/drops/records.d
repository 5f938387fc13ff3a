/* Records shown and drops reported together are the events. */
/* @run: $DTRACE -q -b 16k -xswitchrate=10s -s $TEST -c 'sh -c "i=0; while [ \$i -lt 3000 ]; do kill -0 \$\$; i=\$((i+1)); done"' 2>&1 | awk '/drop/ { d += $2; next } /hit/ { n++ } END { print n + d }' */
syscall::kill:entry
/pid == $target/
{
	printf("hit\n");
}
