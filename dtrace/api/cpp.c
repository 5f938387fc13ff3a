/*
 * cpp.c - the system's C preprocessor, for -C
 *
 * The text goes to cpp's standard input and its output, with line markers that the parser
 * understands, comes back. A first line that begins with #! is blanked so that line numbers hold.
 */
#include "dtrace/api/session_int.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Options with text are lists, one a line. */
static void add_list(struct session *s, char ***argv, size_t *n, size_t cap, const char *flag,
		     enum option id)
{
	const char *p = s->opts.text[id];
	while (p && *p) {
		size_t len = strcspn(p, "\n");
		if (*n + 2 < cap)
			(*argv)[(*n)++] = arena_printf(s->arena, "%s%.*s", flag, (int)len, p);
		p += len + (p[len] == '\n');
	}
}

static char **cpp_argv(struct session *s)
{
	enum { CAP = 256 };
	char **argv = arena_array(s->arena, char *, CAP);
	size_t n = 0;
	const char *path = s->opts.text[OPT_CPPPATH];
	argv[n++] = arena_strdup(s->arena, path && *path ? path : "cpp");
	/* No extensions of GNU C, which headers then do without, and no names that programs may use. */
	argv[n++] = "-U__GNUC__";
	argv[n++] = "-U__STDC_VERSION__";
	argv[n++] = "-Ulinux";
	argv[n++] = "-Uunix";
	argv[n++] = "-D__signed__=signed";
	argv[n++] = "-D__inline__=";
	argv[n++] = "-D__builtin_offsetof=offsetof";
	/* D has no integers of 128 bits: what takes the same room. */
	argv[n++] = "-D__int128_t=long double";
	argv[n++] = "-D__uint128_t=long double";
	argv[n++] = "-D__SUNW_D=1";
	argv[n++] = arena_printf(s->arena, "-D__SUNW_D_VERSION=0x%08llx",
				 (unsigned long long)OPTION_VERSION_LATEST);
	switch (s->opts.value[OPT_STDC]) {
	case 'c':
		break; /* 1, as cpp has it */
	case 's':
		argv[n++] = "-U__STDC__";
		break;
	default:
		argv[n++] = "-D__STDC__=0";
	}
	argv[n++] = "-w"; /* it takes this as an attempt on its own definition */
	if (s->opts.value[OPT_CPPHDRS] != OPTION_UNSET && s->opts.value[OPT_CPPHDRS])
		argv[n++] = "-H";
	add_list(s, &argv, &n, CAP, "-I", OPT_INCDIR);
	add_list(s, &argv, &n, CAP, "-D", OPT_DEFINE);
	add_list(s, &argv, &n, CAP, "-U", OPT_UNDEF);
	add_list(s, &argv, &n, CAP, "", OPT_CPPARGS);
	argv[n++] = "-";
	argv[n] = NULL;
	return argv;
}

static void child(int in, int out, char **argv)
{
	dup2(in, 0);
	dup2(out, 1);
	close(in);
	close(out);
	execvp(argv[0], argv);
	_exit(127);
}

char *session_cpp(struct session *s, const struct session_source *src, size_t *len, struct err *e)
{
	FILE *in = tmpfile();
	int out[2];
	char **argv = cpp_argv(s);
	if (!in || pipe(out) < 0) {
		if (in)
			fclose(in);
		err_sys(e, errno, "cannot run the preprocessor");
		return NULL;
	}
	const char *text = src->text;
	size_t n = src->len;
	if (n > 2 && text[0] == '#' && text[1] == '!') {
		size_t line = strcspn(text, "\n");
		text += line;
		n -= line;
	}
	fprintf(in, "# 1 \"%s\"\n", src->filename ? src->filename : "<command line>");
	fwrite(text, 1, n, in);
	fflush(in);
	lseek(fileno(in), 0, SEEK_SET);
	pid_t pid = fork();
	if (pid == 0)
		child(fileno(in), out[1], argv);
	close(out[1]);
	fclose(in);
	BUF_AUTO text_out = {0};
	char chunk[4096];
	for (ssize_t got;
	     (got = read(out[0], chunk, sizeof(chunk))) > 0 || (got < 0 && errno == EINTR);)
		if (got > 0)
			buf_add(&text_out, chunk, (size_t)got);
	close(out[0]);
	int status = 0;
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
			err_set(
			    e, ENOENT,
			    "failed to execute the preprocessor %s: install it or set -xcpppath",
			    argv[0]);
		else
			err_set(e, EINVAL, "Preprocessor failed to process input program");
		return NULL;
	}
	*len = text_out.n;
	return arena_strndup(s->arena, buf_str(&text_out), text_out.n);
}
