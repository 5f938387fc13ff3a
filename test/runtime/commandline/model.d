/* -32: long and pointers have 4 bytes, also within structures; what the kernel declares keeps its layout. */
/* @run: for m in 32 64; do $DTRACE -$m -qs $TEST; done; $DTRACE -33 2>&1 | head -1 */
struct s {
	char c;
	long l;
	char *p;
	int64_t wide;
};

struct list {
	struct list *next;
	int v;
};

long l;
unsigned long ul;
struct list list;
typedef unsigned long word_t;

BEGIN
{
	printf("%d %d %d %d %d\n", sizeof(long), sizeof(unsigned long), sizeof(void *),
	    sizeof(long long), sizeof(int));
	printf("%d %d %d %d %d\n", sizeof(size_t), sizeof(uintptr_t), sizeof(int64_t),
	    sizeof(uint64_t), sizeof(time_t));
	printf("%d %d %d %d %d\n", sizeof(struct s), offsetof(struct s, l), offsetof(struct s, p),
	    sizeof(struct list), sizeof(word_t));
	printf("%d %d %d\n", sizeof(2147483648), sizeof(0xffffffff), sizeof(4294967296L));
	l = 0x123456789;
	ul = -1;
	list.next = (struct list *)0xfffffffffffffff0;
	printf("%x %x %x %d\n", l, ul, (uint64_t)list.next, -1 < 1UL);
	printf("%d %d\n", sizeof(struct list_head), sizeof(curthread));
	printf("%d %s %d\n", curthread->tgid == pid, stringof(curthread->comm),
	    curthread->group_leader->pid == pid);
	exit(0);
}
