#pragma D option quiet

enum e { A = 3, B, C = 10 };
enum e v, w;
enum e arr[C];
struct { enum e x : 5; } bf;

BEGIN
{
	v = A; w = v + 1;
	printf("%d %d %d\n", v, w == B, sizeof (arr));
	v |= 8; v <<= 1;
	printf("%d\n", v);
	arr[B] = C;
	printf("%d\n", arr[4]);
	bf.x = C;
	printf("%d\n", bf.x);
	m[A] = "three"; m[B] = "four";
	printf("%s\n", m[3]);
	printf("%d\n", (enum e)4 == B);
	printf("%s\n", w == B ? "B" : "?");
	exit(0);
}
