/*
 * Python's own probes, made at run time: every call with its return, paired and indented, in threads that start while somebody
 * looks as well; exceptions; nothing twice, although this interpreter has probes of the same names built in.
 */
/* @needs: /usr/bin/python3.11 */
/* @run: export GLASSHOUSE_LIBUSDT="$(dirname $DTRACE)/../usdt/libusdt.so.0" PYTHONPATH=$SRC/python; /usr/bin/python3.11 -m glasshouse.probes --wait=20 python-flow.py & until grep -q 'r-xp.*memfd:python' /proc/$!/maps; do kill -0 $! || exit 1; sleep 0.1; done; $DTRACE -qs $TEST -p $! */
#pragma D option quiet

self int depth;

python$target:::function-entry
/basename(copyinstr(arg0)) == "python-flow.py"/
{
	printf("%*s> %s:%d\n", self->depth, "", copyinstr(arg1), arg2);
	self->depth++;
}

python$target:::function-return
/basename(copyinstr(arg0)) == "python-flow.py"/
{
	self->depth--;
	printf("%*s< %s:%d\n", self->depth, "", copyinstr(arg1), arg2);
}

python$target:::exception
/basename(copyinstr(arg0)) == "python-flow.py"/
{
	printf("%*s! %s\n", self->depth, "", copyinstr(arg3));
}
