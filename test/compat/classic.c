/*
 * classic.c - a dtrace command written against dtrace.h alone, as the classic one is
 *
 * It is built as build/test/compat/dtrace: some programs look at execname.
 * It knows -n -s -q -w -F -Z -l -v -c -x -o and macro arguments. The runner gives it programs of
 * test/runtime: it must print what our own command prints, though the library hands it records and it
 * writes heads and ends of lines by itself.
 */
#include <dtrace.h>
#include <libproc.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct unit {
	char how;
	const char *text;
};

static struct {
	dtrace_hdl_t *h;
	FILE *out;
	struct unit units[32];
	int nunits, argc, npids, live, status;
	char *argv[64];
	struct ps_prochandle *pids[8];
	uint_t cflags;
	int quiet, flowindent, list, verbose, heading;
} g;
static volatile sig_atomic_t interrupts;

static void fatal(const char *what)
{
	fflush(g.out);
	fprintf(stderr, "dtrace: %s: %s\n", what, dtrace_errmsg(g.h, dtrace_errno(g.h)));
	dtrace_close(g.h);
	exit(1);
}

static int option_is_set(const char *name)
{
	dtrace_optval_t v;
	return dtrace_getopt(g.h, name, &v) == 0 && v != DTRACEOPT_UNSET;
}

/* ---- consuming ---- */

static void print_heading(void)
{
	if (g.heading++)
		return;
	if (g.flowindent)
		fprintf(g.out, "%3s %-41s\n", "CPU", "FUNCTION");
	else if (!g.quiet)
		fprintf(g.out, "%3s %6s %32s\n", "CPU", "ID", "FUNCTION:NAME");
}

static int chew(const dtrace_probedata_t *data, void *arg)
{
	const dtrace_probedesc_t *p = data->dtpda_pdesc;
	char name[512];
	(void)arg;
	print_heading();
	if (g.flowindent) {
		snprintf(name, sizeof(name), "%*s%s%s%s%s", data->dtpda_indent, "",
			 data->dtpda_prefix, p->dtpd_func,
			 data->dtpda_flow == DTRACEFLOW_NONE ? ":" : "",
			 data->dtpda_flow == DTRACEFLOW_NONE ? p->dtpd_name : "");
		fprintf(g.out, "%3d %-41s ", data->dtpda_cpu, name);
	} else if (!g.quiet) {
		snprintf(name, sizeof(name), "%s:%s", p->dtpd_func, p->dtpd_name);
		fprintf(g.out, "%3d %6u %32s ", data->dtpda_cpu, p->dtpd_id, name);
	}
	return DTRACE_CONSUME_THIS;
}

static int chewrec(const dtrace_probedata_t *data, const dtrace_recdesc_t *rec, void *arg)
{
	(void)arg;
	if (!rec) {
		if (!g.quiet)
			fputc('\n', g.out);
		return DTRACE_CONSUME_NEXT;
	}
	if (rec->dtrd_action != DTRACEACT_EXIT)
		return DTRACE_CONSUME_THIS;
	g.status = (int)*(uint32_t *)(void *)data->dtpda_data;
	return DTRACE_CONSUME_NEXT;
}

static int on_err(const dtrace_errdata_t *data, void *arg)
{
	(void)arg;
	fflush(g.out);
	fprintf(stderr, "dtrace: %s", data->dteda_msg);
	return DTRACE_HANDLE_OK;
}

static int on_drop(const dtrace_dropdata_t *data, void *arg)
{
	(void)arg;
	fflush(g.out);
	fprintf(stderr, "dtrace: %s", data->dtdda_msg);
	return DTRACE_HANDLE_OK;
}

static void on_proc(struct ps_prochandle *p, const char *msg, void *arg)
{
	(void)arg;
	if (msg || Pstate(p) == PS_UNDEAD)
		g.live--;
}

static int on_setopt(const dtrace_setoptdata_t *data, void *arg)
{
	int on = data->dtsda_newval != DTRACEOPT_UNSET;
	(void)arg;
	if (strcmp(data->dtsda_option, "quiet") == 0)
		g.quiet = on;
	if (strcmp(data->dtsda_option, "flowindent") == 0)
		g.flowindent = on;
	return DTRACE_HANDLE_OK;
}

static void run(void)
{
	int done = 0, newline = 0;
	if (dtrace_go(g.h) != 0)
		fatal("could not enable tracing");
	for (int i = 0; i < g.npids; i++)
		dtrace_proc_continue(g.h, g.pids[i]);
	g.quiet = option_is_set("quiet");
	g.flowindent = option_is_set("flowindent");
	while (!done) {
		if (!interrupts)
			dtrace_sleep(g.h);
		if (interrupts && !newline++)
			fputc('\n', g.out);
		if ((interrupts || (g.npids && !g.live)) && dtrace_stop(g.h) != 0)
			fatal("couldn't stop tracing");
		switch (dtrace_work(g.h, g.out, chew, chewrec, NULL)) {
		case DTRACE_WORKSTATUS_DONE:
			done = 1;
			break;
		case DTRACE_WORKSTATUS_OKAY:
			break;
		default:
			fatal("processing aborted");
		}
		fflush(g.out);
	}
	fputc('\n', g.out);
	if (dtrace_aggregate_print(g.h, g.out, NULL) != 0)
		fatal("failed to print aggregations");
}

/* ---- compiling and listing ---- */

static dtrace_prog_t *compile(const struct unit *u)
{
	dtrace_prog_t *p;
	char what[300];
	if (u->how == 'n') {
		p = dtrace_program_strcompile(g.h, u->text, DTRACE_PROBESPEC_NAME, g.cflags, g.argc,
					      g.argv);
	} else {
		FILE *fp = fopen(u->text, "r");
		if (!fp) {
			perror(u->text);
			exit(1);
		}
		char *name = g.argv[0];
		g.argv[0] = (char *)u->text;
		p = dtrace_program_fcompile(g.h, fp, g.cflags, g.argc, g.argv);
		g.argv[0] = name;
		fclose(fp);
	}
	snprintf(what, sizeof(what), "%s %.250s",
		 u->how == 'n' ? "invalid probe specifier" : "failed to compile script", u->text);
	if (!p)
		fatal(what);
	return p;
}

static void enable(const struct unit *u)
{
	dtrace_proginfo_t info;
	dtrace_prog_t *p = compile(u);
	if (dtrace_program_exec(g.h, p, &info) == -1)
		fatal("failed to enable");
	if (!option_is_set("quiet"))
		fprintf(stderr, "dtrace: %s '%s' matched %u probe%s\n",
			u->how == 'n' ? "description" : "script", u->text, info.dpi_matches,
			info.dpi_matches == 1 ? "" : "s");
}

static void print_attributes(const char *what, dtrace_attribute_t a)
{
	fprintf(g.out,
		"\n\t%s\n\t\tIdentifier Names: %s\n\t\tData Semantics:   %s\n"
		"\t\tDependency Class: %s\n",
		what, dtrace_stability_name(a.dtat_name), dtrace_stability_name(a.dtat_data),
		dtrace_class_name(a.dtat_class));
}

static int list_probe(dtrace_hdl_t *h, const dtrace_probedesc_t *p, void *arg)
{
	dtrace_probeinfo_t info;
	char type[128];
	(void)arg;
	fprintf(g.out, "%5u %10s %17s %33s %s\n", p->dtpd_id, p->dtpd_provider, p->dtpd_mod,
		p->dtpd_func, p->dtpd_name);
	if (!g.verbose || dtrace_probe_info(h, p, &info) != 0)
		return 0;
	print_attributes("Probe Description Attributes", info.dtp_attr);
	print_attributes("Argument Attributes", info.dtp_arga);
	fprintf(g.out, "\n\tArgument Types\n");
	for (int i = 0; i < info.dtp_argc; i++)
		fprintf(g.out, "\t\targs[%d]: %s\n", i,
			ctf_type_name(info.dtp_argv[i].dtt_ctfp, info.dtp_argv[i].dtt_type, type,
				      sizeof(type)));
	if (info.dtp_argc == 0)
		fprintf(g.out, "\t\tNone\n");
	fputc('\n', g.out);
	return 0;
}

/* A description has as many statements as its clause has actions: it is listed once. */
static int list_clause(dtrace_hdl_t *h, dtrace_prog_t *p, dtrace_stmtdesc_t *stmt, void *arg)
{
	dtrace_ecbdesc_t *ecb = stmt->dtsd_ecbdesc, **last = arg;
	(void)p;
	if (ecb != *last)
		dtrace_probe_iter(h, &ecb->dted_probe, list_probe, NULL);
	*last = ecb;
	return 0;
}

static int list(void)
{
	dtrace_probedesc_t pattern;
	fprintf(g.out, "%5s %10s %17s %33s %s\n", "ID", "PROVIDER", "MODULE", "FUNCTION", "NAME");
	for (int i = 0; i < g.nunits; i++) {
		const struct unit *u = &g.units[i];
		if (u->how == 's' || strpbrk(u->text, "{/")) {
			dtrace_ecbdesc_t *last = NULL;
			dtrace_stmt_iter(g.h, compile(u), list_clause, &last);
			continue;
		}
		if (dtrace_str2desc(g.h, DTRACE_PROBESPEC_NAME, u->text, &pattern) != 0)
			fatal("invalid probe specifier");
		if (dtrace_probe_iter(g.h, &pattern, list_probe, NULL) != 0) {
			fprintf(stderr, "dtrace: failed to match %s:%s:%s:%s: %s\n",
				pattern.dtpd_provider, pattern.dtpd_mod, pattern.dtpd_func,
				pattern.dtpd_name, dtrace_errmsg(g.h, dtrace_errno(g.h)));
			return 1;
		}
	}
	if (!g.nunits)
		dtrace_probe_iter(g.h, NULL, list_probe, NULL);
	return 0;
}

/* ---- arguments ---- */

static void set(const char *name, const char *value)
{
	if (dtrace_setopt(g.h, name, value) != 0)
		fatal(name);
}

static void set_assignment(char *text)
{
	char *equals = strchr(text, '=');
	if (equals)
		*equals++ = '\0';
	set(text, equals);
}

/* Words of a command line in place, quotes respected. */
static int split(char *from, char **words, int room)
{
	int n = 0;
	char *to = from;
	while (*from && n < room) {
		char quote = 0;
		for (; *from == ' ' || *from == '\t'; from++)
			;
		if (!*from)
			break;
		words[n++] = to;
		for (; *from && (quote || (*from != ' ' && *from != '\t')); from++) {
			if (quote ? *from == quote : *from == '\'' || *from == '"')
				quote = quote ? 0 : *from;
			else if (*from == '\\' && from[1] &&
				 (!quote || (quote == '"' && strchr("\"\\$`", from[1]))))
				*to++ = *++from;
			else
				*to++ = *from;
		}
		if (*from)
			from++;
		*to++ = '\0';
	}
	return n;
}

static void create(char *command)
{
	char *words[32];
	words[split(command, words, 31)] = NULL;
	if (!(g.pids[g.npids] = dtrace_proc_create(g.h, words[0], words)))
		fatal("failed to create");
	g.npids++;
	g.live++;
}

static void option(int c, char *arg)
{
	switch (c) {
	case 'n':
	case 's':
		g.units[g.nunits++] = (struct unit){(char)c, arg};
		break;
	case 'q':
		set("quiet", NULL);
		break;
	case 'w':
		set("destructive", NULL);
		break;
	case 'F':
		set("flowindent", NULL);
		break;
	case 'Z':
		g.cflags |= DTRACE_C_ZDEFS;
		break;
	case 'C':
		g.cflags |= DTRACE_C_CPP;
		break;
	case 'l':
		g.list = 1;
		g.cflags |= DTRACE_C_ZDEFS;
		break;
	case 'v':
		g.verbose = 1;
		break;
	case 'x':
		set_assignment(arg);
		break;
	case 'c':
		create(arg);
		break;
	case 'o':
		if (!(g.out = fopen(arg, "a"))) {
			perror(arg);
			exit(1);
		}
		break;
	default:
		exit(2);
	}
}

static void on_signal(int sig)
{
	(void)sig;
	interrupts++;
}

int main(int argc, char **argv)
{
	int c, err;
	g.out = stdout;
	if (!(g.h = dtrace_open(DTRACE_VERSION, 0, &err))) {
		fprintf(stderr, "dtrace: failed to initialize: %s\n", dtrace_errmsg(NULL, err));
		return 1;
	}
	set("bufsize", "4m");
	set("aggsize", "4m");
	while ((c = getopt(argc, argv, "n:s:qwFZClvx:c:o:")) != -1)
		option(c, optarg);
	g.argv[g.argc++] = argv[0];
	for (; optind < argc && g.argc < 63; optind++)
		g.argv[g.argc++] = argv[optind];
	if (g.list) {
		int status = list();
		dtrace_close(g.h);
		return status;
	}
	dtrace_handle_err(g.h, on_err, NULL);
	dtrace_handle_drop(g.h, on_drop, NULL);
	dtrace_handle_proc(g.h, on_proc, NULL);
	dtrace_handle_setopt(g.h, on_setopt, NULL);
	for (int i = 0; i < g.nunits; i++)
		enable(&g.units[i]);
	struct sigaction sa = {.sa_handler = on_signal};
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	run();
	dtrace_close(g.h);
	return g.status;
}
