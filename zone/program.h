/*
 * program.h - what an image of containers wants to be run: the file "program" of the zonepath
 *
 *	arg VALUE	the program and its arguments, in order
 *	env NAME=VALUE	its environment
 *	cwd PATH	the directory that it begins in
 *	user NAME	or a number, either with ":" and a group behind it
 *	stop SIGNAL	a number: the signal that asks it to end
 *
 * A line each; in a value a newline is "\n" and a backslash "\\". It is run where bootargs name no other
 * program. What it says comes from whoever made the image.
 */
#ifndef ZONE_PROGRAM_H
#define ZONE_PROGRAM_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <sys/types.h>

enum { ZONE_PROGRAM_WORDS = 256, ZONE_PROGRAM_TEXT = 1 << 17 };
struct zone_program {
	char *text; /* what the rest points into; NULL: there is none */
	char *args[ZONE_PROGRAM_WORDS + 1], *env[ZONE_PROGRAM_WORDS + 1];
	unsigned nargs, nenv;
	const char *cwd, *user; /* NULL: not told */
	int stop;		/* 0: not told */
};
/* Adds a line. */
void zone_program_put(struct buf *out, const char *key, const char *value);
/* A signal by its name, with or without SIG, or number; 0: none. */
int zone_program_signal(const char *name);
/* The file of a zonepath; without one it is empty. */
int zone_program_load(struct zone_program *p, int dir, struct err *e);
/* Takes over a text from malloc() that ends with a zero. */
int zone_program_parse(struct zone_program *p, char *text, struct err *e);
void zone_program_free(struct zone_program *p);

struct zone_user {
	uid_t uid;
	gid_t gid;
};
/* In the zone: a user as the file names it, by the zone's /etc/passwd and /etc/group. */
int zone_program_user(const char *user, struct zone_user *u, struct err *e);

#endif
