/*
 * floats.c - static probes whose arguments are floating point, in general registers, in memory and in vector registers: floats VALUE
 */
#include <stdlib.h>
#include <string.h>

#define NOTE(name, arguments)                                                                      \
	"990:	nop\n"                                                                               \
	"	.pushsection .note.stapsdt, \"\", \"note\"\n"                                            \
	"	.balign 4\n"                                                                             \
	"	.4byte 992f - 991f, 994f - 993f, 3\n"                                                    \
	"991:	.asciz \"stapsdt\"\n"                                                                \
	"992:	.balign 4\n"                                                                         \
	"993:	.8byte 990b, 0, 0\n"                                                                 \
	"	.asciz \"floats\"\n"                                                                     \
	"	.asciz \"" name "\"\n"                                                             \
	"	.asciz \"" arguments "\"\n"                                                        \
	"994:	.balign 4\n"                                                                         \
	"	.popsection\n"

int main(int argc, char **argv)
{
	double d = argc > 1 ? atof(argv[1]) : 1.5;
	float f = (float)d / 2;
	volatile double m = d * 2;
	long bits = 0;
	int half = 0;

	memcpy(&bits, &d, sizeof(bits));
	memcpy(&half, &f, sizeof(half));
	__asm__ volatile(NOTE("general", "8f@%0 4f@%k1 8f@%2 -4@$5")::"r"(bits), "r"(half), "m"(m));
	__asm__ volatile(NOTE("vector", "8f@%0 -4@$5")::"x"(d));
	return 0;
}
