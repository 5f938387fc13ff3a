/* Functions of a module that is unloaded and loaded again, under names of it and of no module: each fires once. */
/* @needs: kprobe, modprobe */
/* @timeout: 120 */
/* @run: flock . sh again.sh */
#pragma D option switchrate=10hz

BEGIN
{
	printf("armed\n");
}

fbt:ifb:ifb_dev_init:entry,
fbt::ifb_dev_free:entry
{
	printf("%s %s\n", probefunc, stringof(((struct net_device *)arg0)->name));
}

fbt:ifb:ifb_dev_i*:return
{
	printf("%s %d\n", probefunc, (int)arg1);
}
