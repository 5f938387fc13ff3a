/* setopt() changes the order from then on. */
#pragma D option quiet

BEGIN
{
	@a["x"] = sum(3);
	@a["y"] = sum(2);
	@a["z"] = sum(1);
	printa("%s %@d\n", @a);
	setopt("aggsortkey");
	printa("%s %@d\n", @a);
	setopt("aggsortrev");
	printa("%s %@d\n", @a);
	exit(0);
}
