/* Functions of a module that is loaded later. */
/* @needs: kprobe, modprobe */
/* @timeout: 120 */
/* @run: flock . sh later.sh */
#pragma D option switchrate=10hz

BEGIN
{
	printf("armed\n");
}

fbt:ifb:ifb_dev_init:entry
/!in/
{
	in = 1;
	printf("%s %s %s\n", probemod, probefunc, stringof(((struct net_device *)arg0)->name));
}

fbt:ifb:ifb_dev_i*:return
/in && !out/
{
	out = 1;
	printf("%s:%s %d\n", probefunc, probename, (int)arg1);
}
