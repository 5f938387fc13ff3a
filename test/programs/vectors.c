/*
 * vectors.c - functions whose instructions the kernel would not run as they are, were they probed
 *
 * Each computes something that is wrong when one of its vector instructions is left out, or when what it
 * keeps below its stack pointer is overwritten. Prints how often that was: never, on a processor that lacks
 * these vectors.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

uint64_t spread(uint64_t byte), inner(uint64_t byte), kept(uint64_t value);
void stored(uint8_t *to);

__asm__(".text\n"
	".macro func name\n"
	".globl \\name\n.type \\name, @function\n\\name:\n"
	".endm\n"
	"func spread\n"
	"vpbroadcastb %xmm7,%xmm0\n mov %edi,%eax\n vmovd %edi,%xmm0\n vpbroadcastb %xmm0,%xmm0\n "
	"vmovq "
	"%xmm0,%rax\n ret\n"
	".size spread, .-spread\n"
	"func inner\n"
	"vmovd %edi,%xmm0\n vpunpcklbw %xmm0,%xmm0,%xmm0\n vpshuflw $0,%xmm0,%xmm0\n vmovq "
	"%xmm0,%rax\n ret\n"
	".size inner, .-inner\n"
	"func stored\n"
	"vmovdqu %xmm0,(%rdi)\n ret\n"
	".size stored, .-stored\n"
	"func kept\n"
	"mov %rdi,-8(%rsp)\n .byte 0x0f,0x1f,0x44,0,0\n mov -8(%rsp),%rax\n ret\n"
	".size kept, .-kept\n");

static int wrong_vectors(void)
{
	int wrong = 0;

	for (int i = 0; __builtin_cpu_supports("avx2") && i < 20; i++) {
		uint8_t was[16], is[16];
		uint64_t want = (uint64_t)(i + 1) * 0x0101010101010101;
		memset(was, i, sizeof(was));
		memset(is, 99, sizeof(is));
		__asm__ volatile("vmovdqu %0,%%xmm0" ::"m"(was) : "xmm0");
		stored(is);
		wrong += memcmp(was, is, sizeof(is)) != 0;
		wrong += spread((uint64_t)i + 1) != want;
		wrong += inner((uint64_t)i + 1) != want;
	}
	for (uint64_t i = 1; i < 20; i++)
		wrong += kept(i << 33) != i << 33;
	return wrong;
}

/* The functions of the C library that choose vectors by the processor. */
static int wrong_texts(void)
{
	char text[] =
	    "the quick brown fox jumps over the lazy dog, %d times, again and again and again";
	wchar_t wide[] =
	    L"the quick brown fox jumps over the lazy dog, again and again and again and again";
	int wrong = 0;

	for (size_t i = 0; i + 1 < sizeof(text); i++) {
		char c = text[i];
		size_t first = 0, last = sizeof(text) - 1;
		while (text[first] != c)
			first++;
		while (text[last] != c)
			last--;
		wrong += strchr(text, c) != text + first;
		wrong += strchrnul(text, c) != text + first;
		wrong += strrchr(text, c) != text + last;
		wrong += memchr(text, c, sizeof(text)) != text + first;
		wrong += rawmemchr(text, c) != text + first;
		wrong += memrchr(text, c, sizeof(text)) != text + last;
		wrong += strlen(text + i) != sizeof(text) - 1 - i;
	}
	for (size_t i = 0; wide[i]; i++) {
		size_t first = 0;
		while (wide[first] != wide[i])
			first++;
		wrong += wcschr(wide, wide[i]) != wide + first;
	}
	return wrong;
}

int main(void)
{
	printf("%d wrong in vectors\n", wrong_vectors());
	printf("%d wrong in texts\n", wrong_texts());
	return 0;
}
