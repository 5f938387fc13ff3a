#pragma D option quiet

struct s { int n; char name[8]; int m; };
struct s v;

BEGIN
{
	v.name[0] = 'a';
	v.name[1] = 'b';
	v.m = 0x41414141;
	printf("%s\n", v.name);
	printf("%s\n", stringof(v.name));
	printf("%d\n", strlen(stringof(v.name)));
	printf("%d\n", stringof(v.name) == "ab");
	exit(0);
}
