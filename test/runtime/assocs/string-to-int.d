/* Values of one array are of one type; another array may have another. */
#pragma D option quiet

BEGIN
{
	name[1] = "one"; name[2] = "two";
	num["one"] = 1; num["two"] = 2;
	printf("%d %s\n", num[name[2]], name[num["one"]]);
	name[num["two"]] = strjoin(name[1], name[2]);
	printf("%s\n", name[2]);
	exit(0);
}
