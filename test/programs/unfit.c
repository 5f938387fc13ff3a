/*
 * unfit.c - functions that begin with instructions on which no probe may lie (dtrace/sym/x86.h)
 *
 * vectors() gives back the sum of the 16 bytes at its argument, by an instruction that the kernel takes for a jump (VEX eb);
 * counted() begins with a locked one, that the kernel refuses. Exit status 1: one of them did not do what it should.
 */
#include <stdint.h>

int vectors(const void *bytes, int none);
void counted(int *n);

__asm__(".text\n"
	".globl vectors, counted\n"
	".type vectors, @function\n"
	".type counted, @function\n"
	"vectors:\n"
	"	vpor %xmm1, %xmm1, %xmm2\n"
	"	mov %esi, %eax\n"
	"	vpxor %xmm1, %xmm1, %xmm1\n"
	"	vpor (%rdi), %xmm1, %xmm0\n" /* offset 0xa */
	"	vpsadbw %xmm1, %xmm0, %xmm0\n"
	"	vmovd %xmm0, %eax\n"
	"	ret\n"
	".size vectors, . - vectors\n"
	"counted:\n"
	"	lock incl (%rdi)\n"
	"	ret\n"
	".size counted, . - counted\n");

int main(void)
{
	static const uint8_t bytes[16] = {1, 2, 3, 4};
	int n = 0;

	if (!__builtin_cpu_supports("avx"))
		return 0;
	for (int i = 0; i < 5; i++) {
		if (vectors(bytes, i) != 10)
			return 1;
		counted(&n);
	}
	return n == 5 ? 0 : 1;
}
