/* Functions of a module, with their types. */
/* @needs: kprobe, modprobe */
/* @timeout: 60 */
/* @run: modprobe dummy numdummies=0 2>/dev/null || { echo "no module dummy"; exit 77; }; [ -e /sys/kernel/btf/dummy ] || { echo "module dummy has no type information"; exit 77; }; "$DTRACE" -lvn fbt:dummy:dummy_xmit:entry | grep args; "$DTRACE" -q -s $TEST -c "sh -c 'ip link add dmy7 type dummy; ip link set dmy7 up; ip link del dmy7'" */
fbt:dummy:dummy_dev_init:entry
{
	printf("%s %s\n", probemod, stringof(args[0]->name));
}
