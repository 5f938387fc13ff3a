#pragma D option quiet

struct k { int a; char n[4]; } k;

BEGIN
{
	k.a = 5; k.n[0] = 'n';
	m[k.a, k.n] = "found";
	k.a++;
	printf("%s %d\n", m[5, "n"], m[k.a, k.n] == NULL);
	exit(0);
}
