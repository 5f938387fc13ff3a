/*
 * by_hand.h - static probes without anybody's header: a nop and a note in the format of SystemTap
 *
 * BY_HAND(provider, probe, semaphore or 0, "SIZE@%0 ...", operands)
 */
#ifndef TEST_BY_HAND_H
#define TEST_BY_HAND_H

#define BY_HAND_SEMAPHORE(name)                                                                    \
	__attribute__((section(".probes"), visibility("hidden"))) volatile unsigned short name

#define BY_HAND(provider, probe, semaphore, args, ...)                                             \
	__asm__ volatile("990: nop\n"                                                              \
			 ".pushsection .note.stapsdt, \"?\", \"note\"\n"                           \
			 ".balign 4\n"                                                             \
			 ".4byte 992f-991f, 994f-993f, 3\n"                                        \
			 "991: .asciz \"stapsdt\"\n"                                               \
			 "992: .balign 4\n"                                                        \
			 "993: .8byte 990b\n"                                                      \
			 ".8byte _.stapsdt.base\n"                                                 \
			 ".8byte " #semaphore "\n"                                                 \
			 ".asciz \"" #provider "\"\n"                                              \
			 ".asciz \"" #probe "\"\n"                                                 \
			 ".asciz \"" args "\"\n"                                                   \
			 "994: .balign 4\n"                                                        \
			 ".popsection\n"                                                           \
			 ".ifndef _.stapsdt.base\n"                                                \
			 ".pushsection .stapsdt.base, \"aG\", \"progbits\", "                      \
			 ".stapsdt.base, comdat\n"                                                 \
			 ".weak _.stapsdt.base\n"                                                  \
			 ".hidden _.stapsdt.base\n"                                                \
			 "_.stapsdt.base: .space 1\n"                                              \
			 ".size _.stapsdt.base, 1\n"                                               \
			 ".popsection\n"                                                           \
			 ".endif\n" ::__VA_ARGS__)

#endif
