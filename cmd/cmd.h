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
	const char *text;    /* probe text, or the script's path */
	const char *content; /* the program, where it has been read and preprocessed; else NULL */
	struct session_program_info info; /* once it is compiled */
};
struct setting { /* one option as it was given */
	char *name;
	const char *value;
};
/* Around a run: signals so far; tracing has begun. */
struct cmd_host {
	unsigned (*interrupts)(void *arg);
	void (*started)(void *arg);
	void *arg;
};

struct cmd {
	struct session *s;
	struct unit *units;
	int nunits;
	const char **creates;
	int ncreates;
	pid_t *created; /* the processes of them */
	pid_t *grabs;
	int ngrabs;
	const char **args; /* macro arguments, args[0] = $0 */
	int nargs;
	struct setting *set; /* by the command line */
	int nset;
	const char *broker; /* -xbroker: socket of dtraced, or "none" */
	const char *ofile;
	bool explain; /* people read the messages: they may have hints */
	const struct cmd_host *host;
	bool list, verbose, exec_only;
	char define;		/* 'h' or 'G': make a header or an object instead of tracing */
	const char *of_definer; /* an option that only -h and -G take, and need not heed */
	char anonymous;		/* 'A': save it, 'H': hold it */
	const char *anon_file, *anon_socket; /* not those of the system */
	int out;			     /* descriptor */
	int status;
	unsigned target_exits;
};

/* ---- dtrace.c ---- */
void catch_signals(int fd); /* that output goes to */
unsigned interrupts_so_far(void);

/* ---- remote.c ---- */
int remote_run(struct cmd *c); /* by dtraced; the exit code */
bool remote_may_trace(void);   /* has this process what tracing takes, not being root? */

/* ---- command.c ---- */
int command_run(struct cmd *c);				       /* the exit code */
char *read_file(struct cmd *c, const char *path, size_t *len); /* a script; NULL after a message */
void print_errors(struct cmd *c, const struct err *e);
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

/* ---- anonymous.c ---- */
int anonymous_save(struct cmd *c);  /* -A; the exit code, as for the others */
int anonymous_hold(struct cmd *c);  /* --anonymous */
int anonymous_claim(struct cmd *c); /* -a */

/* ---- args.c ---- */
/* Reads the command line: 0, -1 after a message, 2 for usage. */
int parse_args(struct cmd *c, int argc, char **argv);
/* The summary of options; returns the exit code. */
int usage(FILE *to);

/* ---- list.c ---- */
int list_all(struct cmd *c); /* -l; the exit code */

#endif
