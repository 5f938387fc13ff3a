# Prints what a long program says, as this kernel has it and without the long jumps of cpu v4.
{
	seq 1 500 | sed 's|.*|BEGIN { g& = &; printf("%d %s\\n", g&, lltostr(g&)); }|'
	echo 'BEGIN { exit(0); }'
	seq 1 300 | sed 's|.*|syscall::getppid:entry /pid == &/ { @[execname, probefunc] = count(); }|'
} > $TMP/long.d
$DTRACE -qs $TMP/long.d | cksum
DTRACE_OPT_NOFEATURE=cpu_v4 $DTRACE -qs $TMP/long.d | cksum
$DTRACE -qs $TMP/long.d | tail -2
