#pragma D option quiet

int m[2][3];
char t[2][2][4];

BEGIN
{
	m[0][0] = 1; m[0][2] = 3; m[1][1] = 5;
	i = 1; j = 2;
	m[i][j] = 6;
	printf("%d %d %d %d %d %d\n", m[0][0], m[0][1], m[0][2], m[1][0], m[1][1], m[1][2]);
	m[i][j] += m[0][2];
	printf("%d %d %d\n", m[1][2], sizeof (m), sizeof (m[0]));
	t[1][0][3] = 'a';
	t[1][1][0] = 'b';
	printf("%c%c\n", t[1][0][3], t[1][1][0]);
	exit(0);
}
