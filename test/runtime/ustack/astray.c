/*
 * A frame as code without frame pointers leaves it behind for those below: rbp points into the stack, at
 * words that have nothing to do with return addresses. There is nothing to walk the function by.
 */
#include <unistd.h>

__attribute__((noinline)) static void bottom(void)
{
	getppid();
}

/* It calls bottom() with rbp at two words of the stack, the second what it was handed. */
void lost(void (*fn)(void), void *word);
__asm__(".globl lost\n"
	"lost:\n"
	"	push %rbp\n"
	"	push %rsi\n"
	"	push %rsp\n"
	"	mov %rsp, %rbp\n"
	"	call *%rdi\n"
	"	add $16, %rsp\n"
	"	pop %rbp\n"
	"	ret\n");

int main(void)
{
	static char data[64] = "no code";
	lost(bottom, data);
	return 0;
}
