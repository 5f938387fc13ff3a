/* @opts: -q */
BEGIN
{
	@["a"] = sum(3);
	@["b"] = sum(2);
	@["c"] = sum(1);
	printa("%s ", @);
	printf("\n");
	setopt("aggsortkey");
	printa("%s ", @);
	printf("\n");
	setopt("aggsortrev");
	printa("%s ", @);
	printf("\n");
	exit(0);
}
