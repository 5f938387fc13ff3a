/* One function by both providers, several clauses, and one that is never called. */
/* @needs: kprobe */
/* @timeout: 60 */
/* @trigger: perl -e 'for (1..30) { mkdir("/etc") }' */
#pragma D option quiet

fbt::do_mkdirat:entry,
rawfbt::do_mkdirat:entry
/pid == $target/
{
	@[probeprov] = count();
}

fbt::do_mkdirat:entry
/pid == $target/
{
	@["again"] = count();
}

fbt::do_mkdirat:return
/pid == $target/
{
	@["return"] = count();
}
