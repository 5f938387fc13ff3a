#pragma D option quiet

struct in { char a; long b; };
struct out { short s; struct in in; int arr[4]; union { char c; int i; }; };
typedef struct out out_t;

BEGIN
{
	printf("%d %d %d\n", offsetof(struct out, s), offsetof(struct out, in), offsetof(struct out, arr));
	printf("%d %d\n", offsetof(out_t, i), offsetof(struct in, b));
	exit(0);
}
