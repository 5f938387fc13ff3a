/*
 * sites.c - static probes with every form of operand: sites [SECONDS [ROUNDS [tell]]]
 *
 * The operands stand in the notes as text, so each is loaded into the register that its text names.
 */
#include "test/programs/by_hand.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

BY_HAND_SEMAPHORE(sites_counted);

struct numbers {
	int32_t first, second;
	int64_t third;
	int8_t small[8];
};
/* Named in a note, so it must have a name. */
int32_t a_global = -77;
struct numbers table[3] = {{1, 2, 3, {4, -5}}, {10, 20, 30, {40, -50}}, {100, 200, 300, {7, -8}}};

void fire_registers(void);
void fire_memory(struct numbers *t, uint64_t i);
void fire_missing(void);
int fire_counted(void);
void fire_twice(int n);

__attribute__((noinline)) void fire_registers(void)
{
	register uint64_t a __asm__("rax") = 0xfffffffffffffff9;
	register uint64_t b __asm__("r12") = 0x1122334455667788;

	BY_HAND(
	    sites, registers, 0,
	    "8@%%rax -8@%%rax 4@%%eax -4@%%eax 2@%%ax -1@%%al 1@%%ah 4@%%r12d 2@%%r12w 1@%%r12b",
	    "r"(a), "r"(b));
	BY_HAND(sites, constants, 0, "-4@$-7 4@$7 8@$0x1234567890 -8@$-1 1@$255 8f@%%xmm0", "r"(a));
}

__attribute__((noinline)) void fire_memory(struct numbers *t, uint64_t i)
{
	register struct numbers *base __asm__("rbx") = t;
	register uint64_t index __asm__("rcx") = i;

	BY_HAND(sites, memory, 0,
		"-4@(%%rbx) -4@4(%%rbx) -8@24+8(%%rbx) 8@8(%%rbx,%%rcx,8) -1@17(%%rbx) "
		"-4@a_global(%%rip) -4@table+4(%%rip)",
		"r"(base), "r"(index), "m"(*t));
}

/* An argument that is not there. */
__attribute__((noinline)) void fire_missing(void)
{
	register const int *base __asm__("rbx") = NULL;
	BY_HAND(sites, missing, 0, "8@$1 -4@8(%%rbx)", "r"(base));
}

/* Tells whether anybody looks. */
__attribute__((noinline)) int fire_counted(void)
{
	int looked_at = sites_counted;
	BY_HAND(sites, is__counted, sites_counted, "-4@%0", "r"(looked_at));
	return looked_at;
}

/* One probe in two places, whose argument lies elsewhere in each. */
__attribute__((noinline)) void fire_twice(int n)
{
	register int in_register __asm__("r13") = n;
	volatile int in_memory[2] = {n + 100, n + 1};
	register volatile int *p __asm__("rdx") = in_memory;

	BY_HAND(sites, twice, 0, "-4@%%r13d", "r"(in_register));
	BY_HAND(sites, twice, 0, "-4@4(%%rdx)", "r"(p), "m"(*in_memory));
}

int main(int argc, char **argv)
{
	int looked_at = 0;

	if (argc > 1)
		usleep((useconds_t)(atof(argv[1]) * 1e6));
	for (int i = 0; i < (argc > 2 ? atoi(argv[2]) : 1); i++) {
		fire_registers();
		fire_memory(table, 3);
		fire_missing();
		looked_at = fire_counted();
		fire_twice(5);
	}
	if (argc > 3)
		printf("%s\n", looked_at ? "looked at" : "not looked at");
	return 0;
}
