/*
 * cmd.h - what the files of the command dtrace(8) share
 */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include <glasshouse/dtrace.h>

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

enum { E_OK, E_ERROR, E_USAGE };

struct unit { /* one -n, -P, -m, -f, -i or -s */
	char how;
	const char *text; /* probe text, or the script's path */
};

struct cmd {
	struct session *s;
	struct unit *units;
	int nunits;
	const char **creates;
	int ncreates;
	pid_t *grabs;
	int ngrabs;
	const char **args; /* macro arguments, args[0] = $0 */
	int nargs;
	const char *ofile;
	bool list, verbose, exec_only;
	char define; /* 'h' or 'G': make a header or an object instead of tracing */
	int out;     /* descriptor */
	int status;
	unsigned target_exits;
};

/* ---- dtrace.c ---- */
/* "dtrace: TEXT" to stderr, behind what was printed so far; notice(): not when quiet. */
void warn_text(const char *text);
void warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void notice(const struct cmd *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool option_on(const struct cmd *c, const char *name);
/* realloc() for one more element, or the end of the command. */
void *grow(void *p, size_t n, size_t size);
/* Compiles one -n, -s, ...; NULL after messages. */
struct session_program *compile_unit(struct cmd *c, const struct unit *u);
enum session_level level_of(char how);
void print_stability(const char *what, struct session_attributes a);

/* ---- args.c ---- */
/* Reads the command line: 0, -1 after a message, 2 for usage. */
int parse_args(struct cmd *c, int argc, char **argv);
/* The summary of options; returns the exit code. */
int usage(FILE *to);

/* ---- list.c ---- */
int list_all(struct cmd *c); /* -l; the exit code */

#endif
