/*
 * terminal.h - the caller's terminal joined to one of a zone's
 */
#ifndef CMD_TERMINAL_H
#define CMD_TERMINAL_H

enum terminal_end {
	TERMINAL_CLOSED, /* the zone's was */
	TERMINAL_LEFT, /* the caller typed the escape character and a dot at the beginning of a line */
};
struct terminal {
	int zone;   /* the master side of the zone's terminal */
	int also;   /* a descriptor whose hanging up is the end, too; -1 = none */
	int escape; /* a character; -1 = none */
};
/* Until one of them has ended; the caller's terminal is as it was afterwards. */
enum terminal_end terminal_join(const struct terminal *t);

#endif
