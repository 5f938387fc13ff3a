#pragma D option quiet

struct in { char c; short s; };
struct s { char a; int b; struct in in[2]; union { long l; char c[3]; } u; string str; };
typedef struct s s_t;
typedef s_t alias_t;

BEGIN
{
	printf("%d %d %d %d %d\n", offsetof(struct s, a), offsetof(s_t, b), offsetof(alias_t, in),
	    offsetof(s_t, u), offsetof(s_t, str));
	printf("%d\n", offsetof(s_t, b) + offsetof(s_t, in) * 2);
	arr[offsetof(s_t, b)] = 3;
	printf("%d\n", arr[4]);
	printf("%d\n", offsetof(union sigval, sival_ptr));
	exit(0);
}
