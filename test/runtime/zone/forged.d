/* Nobody in a zone can tell what is not so: neither root of another user namespace, nor of another pid namespace, nor somebody without the right. */
/* @needs: others python3 unshare setpriv */
/* @run: python3 $SRC/test/runtime/zone/forge.py $DTRACE $TEST */
#pragma D option quiet
#pragma D option switchrate=10hz
zone:::running
/args[0]->zone_name == $$1/
{
	printf("%s\n", args[0]->zone_reason);
}

dtrace:::BEGIN
{
	printf("begun\n");
}
