#pragma D option quiet

enum { A = 1 << 3, B = A + 2, C = sizeof (long), D1 = 'x', E = A > B ? 1 : 2, F = -A };
int arr[B];

BEGIN
{
	printf("%d %d %d %d %d %d %d\n", A, B, C, D1, E, F, sizeof (arr));
	m[A] = 4;
	printf("%d\n", m[8]);
	printf("%s\n", A == 8 ? "eight" : "no");
	exit(0);
}

BEGIN
/B == 10/
{
	n++;
}
