/* An element may be read before the program counts it. */
/* @opts: -q */
BEGIN
/!pending["disk"]/
{
	last["disk"] = 7;
}

BEGIN
{
	pending["disk"]++;
	self->depth[1] += last["disk"];
	last["none"] = 0;
}

BEGIN
/pending["disk"] == 1 && self->depth[1] == 7/
{
	printf("%d %d\n", pending["disk"], sizeof(pending["disk"]));
	exit(0);
}
