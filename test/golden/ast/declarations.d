/* C declarations with D's additions. */
typedef struct foo {
	int a, *b;
	unsigned int c:3, :2, d:1;
	struct { long x; union { char s[4]; uint32_t w; }; };
	char name[16][2];
	const char *volatile p;
	int (*handler)(struct foo *, int, ...);
} foo_t;

struct fwd;
enum color { RED, GREEN = 5, BLUE = GREEN + 2, };
struct { int y; } s1, *s2;
foo_t g, *gp, ga[3];
extern unsigned long long int ull;
long unsigned int lu;
short si;
signed char sc;
unsigned u;
long double ld;
int arr[int, string];
foo_t *assoc[string, foo_t *];
int (*fp)(void), *pf(int), (*apf[3])(char);
self int depth;
self string *sp;
this uint64_t t[2], *tp;
string str;
userland char *up;
self implicit;
vmlinux`u32 scoped;
struct vmlinux`task_struct *task;
