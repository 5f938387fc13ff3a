/*
 * returns.cc - ways to leave functions that are not plain returns
 *
 * Exceptions, longjmp(), coroutines on stacks of their own, a signal handled on its own stack, vfork(), jumps to other
 * functions in place of a return. Each function has C linkage, for tests to name it; what is printed is the same
 * whether or not anybody looks at their returns.
 */
#include <csetjmp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

extern "C" {
int thrower(int n);
int between(int n);
int jumper(jmp_buf *to, int n);
int leaper(int n);
int last(int n);
int tail(int n);
int on_stack(int n);
int child(void);
void handler(int);
void coroutine(void);
}

int thrower(int n)
{
	if (n % 2)
		throw n;
	return n;
}

int between(int n)
{
	return thrower(n) + 1;
}

static int catcher(int n)
{
	try {
		return between(n);
	} catch (int thrown) {
		return -thrown;
	}
}

int jumper(jmp_buf *to, int n)
{
	if (n % 2)
		longjmp(*to, n);
	return n;
}

int leaper(int n)
{
	jmp_buf here;
	int jumped = setjmp(here);

	return jumped ? -jumped : jumper(&here, n);
}

int last(int n)
{
	return n * 2;
}

/* As compilers end a function with a call. */
__asm__(".text\n.globl tail\n.type tail, @function\ntail: add $1,%edi\n jmp last\n.size tail, .-tail\n");

int on_stack(int n)
{
	return n + 1;
}

static ucontext_t main_context, other_context;
static int steps;

/* Its stack lies above and below that of its caller, by turns. */
void coroutine(void)
{
	for (;;) {
		steps = on_stack(steps);
		swapcontext(&other_context, &main_context);
	}
}

static int resume(void)
{
	swapcontext(&main_context, &other_context);
	return on_stack(steps);
}

static int coroutines(char *stack, size_t bytes)
{
	volatile int sum = 0;

	getcontext(&other_context);
	other_context.uc_stack.ss_sp = stack;
	other_context.uc_stack.ss_size = bytes;
	makecontext(&other_context, coroutine, 0);
	steps = 0;
	for (int i = 0; i < 5; i++)
		sum = sum + resume();
	return sum;
}

static volatile int handled;

void handler(int)
{
	handled = on_stack(handled);
}

static int signals(void)
{
	static char stack[65536];
	stack_t to = {};
	struct sigaction act = {};

	to.ss_sp = stack;
	to.ss_size = sizeof(stack);
	sigaltstack(&to, nullptr);
	act.sa_handler = handler;
	act.sa_flags = SA_ONSTACK;
	sigaction(SIGUSR1, &act, nullptr);
	for (int i = 0; i < 5; i++)
		raise(SIGUSR1);
	return handled;
}

int child(void)
{
	pid_t pid = vfork();
	int status = 0;

	if (pid == 0)
		_exit(3);
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

int main()
{
	static char below[65536];
	char above[65536];
	int sum = 0;

	for (int i = 0; i < 6; i++)
		sum = sum * 3 + catcher(i);
	printf("exceptions %d\n", sum);
	for (int i = 0; i < 6; i++)
		sum = sum * 3 + leaper(i);
	printf("jumps %d\n", sum);
	printf("tail %d\n", tail(4));
	printf("coroutines %d %d\n", coroutines(below, sizeof(below)), coroutines(above, sizeof(above)));
	printf("signals %d\n", signals());
	printf("child %d\n", child());
	return 0;
}
