/*
 * options.c - the table of options and the reading of their values; see options.h
 *
 * Each row has a kind, which says how its text is read; no option is read in a way of its own. Rows
 * stand at their enum option index. WHEN says at what time an option may be set: at any time (ANY),
 * before tracing starts (START), or before a program is compiled (COMPILE, which a program's own
 * pragmas may still set where PRAGMA is given).
 */
#include "dtrace/builtin/options.h"

#include "base/arena.h"
#include "base/interval.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum kind {
	K_FLAG,	  /* alone, or a truth value */
	K_SWITCH, /* takes no value at all */
	K_NUMBER, /* alone = 0, or a number, or a truth value */
	K_SIZE,
	K_LIMIT, /* a size, or unlimited */
	K_RATE,
	K_POLICY,
	K_RESIZE,
	K_CPU,
	K_AMIN,
	K_VERSION,
	K_STDC,
	K_EVALTIME,
	K_LINKMODE,
	K_LINKTYPE,
	K_ENCODING,
	K_FORMAT,
	K_DATAMODEL,
	K_TEXT,
	K_STAGES,
	K_LIST, /* texts, newline-separated */
	K_SETENV,
	K_UNSETENV,
};
enum when { ANY, START, COMPILE };

struct row {
	enum kind kind;
	enum when when;
	uint64_t initial;
	const char *doc;
	const char *why_inert; /* of an option without doc */
};

#define FOR_OBJECTS "for objects with probes in DOF; those of -G have notes, which need no linking"

#define UNSET	OPTION_UNSET
#define KB	1024ULL
#define MB	(1024 * KB)
#define NANOSEC 1000000000ULL

static const struct row rows[OPT_NCOUNT] = {
    [OPT_AGGRATE] = {K_RATE, ANY, NANOSEC, "how often aggregations are read"},
    [OPT_AGGSIZE] = {K_SIZE, START, UNSET,
		     "memory for the keys of aggregations that come between two looks, per CPU"},
    [OPT_AGGSORTKEY] = {K_FLAG, ANY, 0, "sort aggregations by key"},
    [OPT_AGGSORTKEYPOS] = {K_NUMBER, ANY, UNSET, "which key is sorted by, from 0"},
    [OPT_AGGSORTPOS] = {K_NUMBER, ANY, UNSET,
			"which aggregation of a printa() is sorted by, from 0"},
    [OPT_AGGSORTREV] = {K_FLAG, ANY, 0, "sort aggregations in reverse"},
    [OPT_AGGHIST] = {K_FLAG, ANY, 0, "draw aggregations as histograms"},
    [OPT_AGGPACK] = {K_FLAG, ANY, 0, "draw distributions on one line each"},
    [OPT_AGGZOOM] = {K_FLAG, ANY, 0, "scale distributions by their largest bar"},
    [OPT_AGGPERCPU] = {K_FLAG, START, 0,
		       "under each value of an aggregation, print those of the CPUs"},
    [OPT_BUFSIZE] = {K_SIZE, START, UNSET,
		     "principal buffer, per CPU; the program decides, up to 4m, when not set"},
    [OPT_BUFPOLICY] = {K_POLICY, START, BUFPOLICY_SWITCH, "principal buffer: switch, fill or ring"},
    [OPT_BUFRESIZE] = {K_RESIZE, START, BUFRESIZE_AUTO,
		       "buffers that cannot be had: auto or manual"},
    [OPT_QUIETRESIZE] = {K_FLAG, ANY, 0, "say nothing when buffers were made smaller"},
    [OPT_CLEANRATE] = {K_RATE, START, NANOSEC / 101, NULL,
		       "variables and speculations are free at once: there is nothing to clean"},
    [OPT_CPU] = {K_CPU, START, UNSET, "trace this CPU only"},
    [OPT_DESTRUCTIVE] = {K_FLAG, START, 0, "permit destructive actions"},
    [OPT_DYNVARSIZE] = {K_SIZE, START, MB, "memory for dynamic variables"},
    [OPT_FLOWINDENT] = {K_FLAG, ANY, 0, "indent by function entry and return"},
    [OPT_GRABANON] = {K_FLAG, START, 0, "take over anonymous tracing, as -a does"},
    [OPT_JSTACKFRAMES] = {K_NUMBER, START, 50, "frames of jstack()"},
    [OPT_JSTACKSTRSIZE] =
	{K_SIZE, START, 512, NULL,
	 "frames are named when they are printed: no table of strings can overflow"},
    [OPT_NSPEC] = {K_NUMBER, START, 1, "how many speculations there are"},
    [OPT_QUIET] = {K_FLAG, ANY, 0, "only output that was asked for"},
    [OPT_RAWBYTES] = {K_FLAG, ANY, 0, "always print tracemem() and arrays as bytes"},
    [OPT_SPECSIZE] = {K_SIZE, START, 32 * KB, "size of a speculation, per CPU"},
    [OPT_STACKFRAMES] = {K_NUMBER, START, 20, "frames of stack()"},
    [OPT_STACKINDENT] = {K_NUMBER, ANY, 14, "columns by which stacks are indented"},
    [OPT_STATUSRATE] = {K_RATE, START, NANOSEC, "how often the kernel's status is looked at"},
    [OPT_STRSIZE] = {K_SIZE, START, 256, "bytes of a string"},
    [OPT_SWITCHRATE] = {K_RATE, ANY, NANOSEC, "how often buffers are read"},
    [OPT_TEMPORAL] = {K_FLAG, START, 1, "output in the order of time over all CPUs"},
    [OPT_UNWINDSIZE] = {K_SIZE, START, UNSET,
			"memory for tables of user stacks; by need when not set; 0: none"},
    [OPT_USTACKFRAMES] = {K_NUMBER, START, 100, "frames of ustack()"},
    [OPT_ZONE] = {K_TEXT, START, UNSET, "trace this zone only"},
    [OPT_PCAPSIZE] = {K_SIZE, START, 2 * KB, "bytes of a packet that pcap() records"},
    [OPT_PRINTSIZE] = {K_SIZE, START, UNSET, "bytes of a value that print() shows"},
    [OPT_NORESOLVE] = {K_FLAG, ANY, 0, "print user addresses without symbols"},
    [OPT_SCRATCHSIZE] = {K_SIZE, START, UNSET, "scratch memory of a clause"},
    [OPT_MAXFRAMES] = {K_NUMBER, START, UNSET, "the most frames that any stack has"},
    [OPT_LOCKMEM] = {K_LIMIT, START, UNSET, "limit of locked memory to set"},
    [OPT_FOLDEDSTACKS] = {K_FLAG, ANY, 0, "stacks on one line, for flame graphs"},
    [OPT_DEADMAN] = {K_RATE, START, 30 * NANOSEC,
		     "tracing that nobody looks at for so long ends, unless -w; 0: never"},
    [OPT_DROPTAGS] = {K_FLAG, ANY, 0, "name the kind in drop messages"},
    [OPT_ENCODING] = {K_ENCODING, ANY, UNSET, "character set of distributions: ascii or utf8"},

    [OPT_AMIN] = {K_AMIN, COMPILE, 0, "least stability that a program may use"},
    [OPT_ARGREF] = {K_SWITCH, COMPILE, 0, "macro arguments need not all be used"},
    [OPT_CORE] = {K_SWITCH, COMPILE, 0, NULL, "no file of the kernel is read"},
    [OPT_CPP] = {K_SWITCH, COMPILE, 0, "run programs through the C preprocessor"},
    [OPT_CPPARGS] = {K_LIST, COMPILE, UNSET, "further arguments of the C preprocessor"},
    [OPT_CPPHDRS] = {K_SWITCH, COMPILE, 0, "print the headers that are included"},
    [OPT_CPPPATH] = {K_TEXT, COMPILE, UNSET, "the C preprocessor"},
    [OPT_CTYPES] = {K_TEXT, COMPILE, UNSET, NULL,
		    "types are written to no file; -xdump=types prints those of a program"},
    [OPT_DATAMODEL] = {K_DATAMODEL, COMPILE, DATAMODEL_LP64,
		       "bits of long and of pointers in programs: 64 or 32"},
    [OPT_DEBUG] = {K_SWITCH, COMPILE, 0, "say on stderr what is being done, and how long it takes"},
    [OPT_DEFAULTARGS] = {K_SWITCH, COMPILE, 0, "macro arguments that are not given are 0 or \"\""},
    [OPT_DEFINE] = {K_LIST, COMPILE, UNSET, "defines a name for the C preprocessor"},
    [OPT_DISASM] = {K_NUMBER, COMPILE, UNSET, NULL,
		    "-S prints the instructions, -xdump=ir,bpf the stages before them"},
    [OPT_DTYPES] = {K_TEXT, COMPILE, UNSET, NULL,
		    "types are written to no file; -xdump=types prints those of a program"},
    [OPT_EMPTY] = {K_SWITCH, COMPILE, 0, "permit empty programs"},
    [OPT_ERRTAGS] = {K_SWITCH, COMPILE, 0, "tags in front of compiler messages"},
    [OPT_EVALTIME] = {K_EVALTIME, COMPILE, EVALTIME_POSTINIT,
		      "how far a command of -c has come when tracing starts"},
    [OPT_INCDIR] = {K_LIST, COMPILE, UNSET, "a directory for #include"},
    [OPT_IREGS] = {K_NUMBER, COMPILE, UNSET, NULL,
		   "the code generator knows how many registers it has"},
    [OPT_KDEFS] = {K_SWITCH, COMPILE, 0, NULL,
		   "the default: a program may name only symbols that there are"},
    [OPT_KNODEFS] = {K_SWITCH, COMPILE, 0,
		     "compile programs that name kernel symbols that there are not"},
    [OPT_LATE] = {K_TEXT, COMPILE, UNSET, NULL, FOR_OBJECTS},
    [OPT_LAZYLOAD] = {K_FLAG, COMPILE, 0, NULL, FOR_OBJECTS},
    [OPT_LDPATH] = {K_TEXT, COMPILE, UNSET, NULL, FOR_OBJECTS},
    [OPT_LIBDIR] = {K_LIST, COMPILE, UNSET, "a directory of D libraries"},
    [OPT_LINKMODE] = {K_LINKMODE, COMPILE, 0, NULL, FOR_OBJECTS},
    [OPT_LINKTYPE] = {K_LINKTYPE, COMPILE, 0, NULL, FOR_OBJECTS},
    [OPT_NOLIBS] = {K_SWITCH, COMPILE, 0, "no D libraries"},
    [OPT_PGMAX] = {K_NUMBER, COMPILE, 8, NULL,
		   "processes are read, not held: any number at a time"},
    [OPT_PREALLOCATE] = {K_NUMBER, COMPILE, UNSET, NULL, "memory is taken as it is needed"},
    [OPT_PSPEC] = {K_SWITCH, COMPILE, 0, NULL,
		   "a word at the beginning of an item is a type where one has that name, else a "
		   "description"},
    [OPT_SETENV] = {K_SETENV, COMPILE, UNSET, "sets a variable in the environment of commands"},
    [OPT_STDC] = {K_STDC, COMPILE, 'a', "ISO C mode of the C preprocessor: a, c, s or t"},
    [OPT_STRIP] = {K_SWITCH, COMPILE, 0, NULL, FOR_OBJECTS},
    [OPT_SYSLIBDIR] = {K_TEXT, COMPILE, UNSET, "the directory of the system's D libraries"},
    [OPT_TREE] = {K_NUMBER, COMPILE, 0, "print the syntax trees"},
    [OPT_TREGS] = {K_NUMBER, COMPILE, UNSET, NULL,
		   "the code generator knows how many registers it has"},
    [OPT_UDEFS] = {K_SWITCH, COMPILE, 0, NULL, "D has no symbols of user programs"},
    [OPT_UNODEFS] = {K_SWITCH, COMPILE, 0, NULL, "D has no symbols of user programs"},
    [OPT_UNDEF] = {K_LIST, COMPILE, UNSET, "undefines a name for the C preprocessor"},
    [OPT_UNSETENV] = {K_UNSETENV, COMPILE, UNSET,
		      "takes a variable out of the environment of commands"},
    [OPT_USERUID] = {K_NUMBER, COMPILE, UNSET, NULL,
		     "the user of a process is what the kernel says"},
    [OPT_CTFPATH] = {K_TEXT, COMPILE, UNSET, NULL, "types come from the kernel (BTF)"},
    [OPT_DEBUGASSERT] = {K_TEXT, COMPILE, UNSET, NULL, "what is checked is always checked"},
    [OPT_DOFSTASHPATH] = {K_TEXT, COMPILE, UNSET, NULL,
			  "probes of programs are read from their files: nothing is stashed"},
    [OPT_LINKNOMMAP] = {K_SWITCH, COMPILE, 0, NULL, FOR_OBJECTS},
    [OPT_MODPATH] = {K_TEXT, COMPILE, UNSET, NULL, "types of modules come from the kernel (BTF)"},
    [OPT_PROCFSPATH] = {K_TEXT, COMPILE, UNSET, NULL, "processes are read in /proc"},
    [OPT_SYSSLICE] = {K_SWITCH, COMPILE, 0, NULL, "the user of a process is what the kernel says"},
    [OPT_VERBOSE] = {K_SWITCH, COMPILE, 0, "print the code of programs"},
    [OPT_VERSION] = {K_VERSION, COMPILE, OPTION_VERSION_LATEST, "version of the D language"},
    [OPT_ZDEFS] = {K_SWITCH, COMPILE, 0, "probe descriptions may match nothing"},
    [OPT_BPFLOG] = {K_FLAG, START, 0, "print the kernel verifier's log"},
    [OPT_BPFLOGSIZE] = {K_SIZE, START, UNSET, "bytes that the kernel verifier has for its log"},
    [OPT_DUMP] = {K_STAGES, COMPILE, UNSET, "print stages: tokens, ast, types, ir, bpf"},
    [OPT_NOFEATURE] = {K_LIST, START, UNSET, "do without these kernel features"},
    [OPT_FEATURES] = {K_SWITCH, COMPILE, 0, "print what this kernel offers"},
    [OPT_FLAME] = {K_TEXT, START, UNSET, "write the stacks to this file, as a flame graph"},
    [OPT_FORMAT] = {K_FORMAT, START, 0, "form of the output"},
};

static const char *const names[OPT_NCOUNT] = {
#define X(id, name) [OPT_##id] = name,
    OPTION_LIST(X)
#undef X
};

/* The versions of the language that a program may ask for. */
static const struct {
	uint8_t major, minor, micro;
} versions[] = {{1, 0, 0}, {1, 1, 0},  {1, 2, 0},  {1, 2, 1},  {1, 2, 2},  {1, 3, 0},
		{1, 4, 0}, {1, 4, 1},  {1, 5, 0},  {1, 6, 0},  {1, 6, 1},  {1, 6, 2},
		{1, 6, 3}, {1, 7, 0},  {1, 7, 1},  {1, 8, 0},  {1, 8, 1},  {1, 9, 0},
		{1, 9, 1}, {1, 10, 0}, {1, 11, 0}, {1, 12, 0}, {1, 12, 1}, {1, 13, 0}};

const char *option_name(enum option id)
{
	return names[id];
}

bool option_names_files(enum option id)
{
	switch (id) {
	case OPT_CPP:
	case OPT_CPPARGS:
	case OPT_CPPHDRS:
	case OPT_CPPPATH:
	case OPT_DEFINE:
	case OPT_INCDIR:
	case OPT_LIBDIR:
	case OPT_SYSLIBDIR:
	case OPT_UNDEF:
		return true;
	default:
		return false;
	}
}

bool option_in_program(enum option id)
{
	switch (id) {
	case OPT_CORE:
	case OPT_CPPARGS:
	case OPT_CPPHDRS:
	case OPT_CPPPATH:
	case OPT_CTYPES:
	case OPT_DATAMODEL:
	case OPT_DEFINE:
	case OPT_DTYPES:
	case OPT_INCDIR:
	case OPT_LDPATH:
	case OPT_LIBDIR:
	case OPT_SETENV:
	case OPT_STDC:
	case OPT_SYSLIBDIR:
	case OPT_UNDEF:
	case OPT_UNSETENV:
		return false;
	default:
		return true;
	}
}

const char *option_doc(enum option id)
{
	return rows[id].doc;
}

const char *option_kind(enum option id)
{
	static const char *const kinds[] = {
	    [K_FLAG] = "flag",
	    [K_SWITCH] = "switch",
	    [K_NUMBER] = "number",
	    [K_SIZE] = "size",
	    [K_LIMIT] = "size|unlimited",
	    [K_RATE] = "rate",
	    [K_POLICY] = "switch|fill|ring",
	    [K_RESIZE] = "auto|manual",
	    [K_CPU] = "cpu",
	    [K_AMIN] = "stability",
	    [K_VERSION] = "version",
	    [K_STDC] = "a|c|s|t",
	    [K_EVALTIME] = "exec|preinit|postinit|main",
	    [K_LINKMODE] = "kernel|primary|dynamic|static",
	    [K_LINKTYPE] = "elf|dof",
	    [K_ENCODING] = "ascii|utf8",
	    [K_FORMAT] = "text|json|folded",
	    [K_DATAMODEL] = "64|32",
	    [K_TEXT] = "text",
	    [K_LIST] = "list",
	    [K_SETENV] = "NAME=VALUE",
	    [K_UNSETENV] = "NAME",
	    [K_STAGES] = "tokens,ast,types,ir,bpf",
	};
	return kinds[rows[id].kind];
}

const char *option_why_inert(enum option id)
{
	return rows[id].why_inert;
}

enum option_when option_when(enum option id)
{
	static const enum option_when times[] = {[ANY] = OPTION_ANY_TIME,
						 [START] = OPTION_BEFORE_START,
						 [COMPILE] = OPTION_BEFORE_COMPILE};
	return times[rows[id].when];
}

int option_find(const char *name)
{
	for (int i = 0; i < OPT_NCOUNT; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}

void options_init(struct options *o)
{
	for (int i = 0; i < OPT_NCOUNT; i++) {
		o->value[i] = rows[i].initial;
		o->text[i] = NULL;
	}
}

/* A number as C writes it, without a sign; *end is left where it stops. */
static bool parse_number(const char *text, uint64_t *value, const char **end)
{
	if (!isdigit((unsigned char)*text))
		return false;
	char *stop;
	errno = 0;
	*value = strtoull(text, &stop, 0);
	*end = stop;
	return errno == 0 && *value <= INT64_MAX;
}

bool option_parse_size(const char *text, uint64_t *bytes)
{
	const char *end;
	uint64_t value;
	if (!parse_number(text, &value, &end))
		return false;
	unsigned shift = 0;
	if (*end != '\0') {
		static const char suffixes[] = "kmgt";
		const char *s = strchr(suffixes, tolower((unsigned char)*end));
		if (!s || end[1] != '\0')
			return false;
		shift = 10 * (unsigned)(s - suffixes + 1);
	}
	if (value > (uint64_t)INT64_MAX >> shift)
		return false;
	*bytes = value << shift;
	return true;
}

/* A number without a unit is a frequency, as it is for the probes of profile. */
bool option_parse_rate(const char *text, uint64_t *ns)
{
	const char *end;
	uint64_t value;
	return parse_number(text, &value, &end) && interval_of(value, end, ns);
}

static bool parse_truth(const char *text, uint64_t *value)
{
	static const char *const words[][2] = {{"yes", "no"},		{"enable", "disable"},
					       {"enabled", "disabled"}, {"true", "false"},
					       {"on", "off"},		{"set", "unset"}};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		for (unsigned k = 0; k < 2; k++)
			if (strcasecmp(words[i][k], text) == 0) {
				*value = k == 0;
				return true;
			}
	return false;
}

static bool parse_flag(const char *text, uint64_t *value)
{
	const char *end;
	*value = 1;
	if (!text)
		return true;
	if (*text == '\0') {
		*value = 0;
		return true;
	}
	if (parse_truth(text, value))
		return true;
	if (!parse_number(text, value, &end) || *end != '\0')
		return false;
	*value = *value != 0;
	return true;
}

static bool parse_count(const char *text, uint64_t *value)
{
	const char *end;
	if (!text) {
		*value = 0;
		return true;
	}
	if (*text == '\0') {
		*value = UNSET;
		return true;
	}
	if (parse_truth(text, value)) {
		*value = *value ? 1 : UNSET;
		return true;
	}
	return parse_number(text, value, &end) && *end == '\0';
}

static bool parse_cpu(const char *text, uint64_t *value)
{
	if (text && (strcmp(text, "all") == 0 || strcmp(text, "-1") == 0)) {
		*value = UNSET;
		return true;
	}
	return text && parse_count(text, value);
}

/* One of n words; the value is its index. */
static bool parse_word(const char *text, const char *const *words, unsigned n, uint64_t *value)
{
	for (unsigned i = 0; text && i < n; i++)
		if (strcmp(text, words[i]) == 0) {
			*value = i;
			return true;
		}
	return false;
}

/* Names of stages of the compiler, joined by commas. */
static bool parse_stages(const char *text)
{
	static const char *const stages[] = {"tokens", "ast", "types", "ir", "bpf"};
	while (text && *text) {
		size_t len = strcspn(text, ",");
		bool known = false;
		for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]); i++)
			known |= strlen(stages[i]) == len && strncmp(stages[i], text, len) == 0;
		if (!known)
			return false;
		text += len + (text[len] == ',');
	}
	return text != NULL;
}

/* The level at *text, which ends at a slash or the end; *text moves past it. */
static bool parse_level(const char **text, const char *const *words, unsigned n, uint64_t *value)
{
	size_t len = strcspn(*text, "/");
	for (unsigned i = 0; i < n; i++)
		if (strlen(words[i]) == len && strncasecmp(words[i], *text, len) == 0) {
			*value = i;
			*text += len + ((*text)[len] == '/');
			return true;
		}
	return false;
}

/* "Evolving/Evolving/Common". A single word is the level of names and data alike. */
static bool parse_amin(const char *text, uint64_t *value)
{
	static const char *const levels[] = {"Internal", "Private",  "Obsolete", "External",
					     "Unstable", "Evolving", "Stable",	 "Standard"};
	static const char *const classes[] = {"Unknown", "CPU", "Platform",
					      "Group",	 "ISA", "Common"};
	uint64_t name, data, dclass = 0;
	if (!text || !parse_level(&text, levels, 8, &name))
		return false;
	data = name;
	if (*text && !parse_level(&text, levels, 8, &data))
		return false;
	if (*text && !parse_level(&text, classes, 6, &dclass))
		return false;
	*value = name << 16 | data << 8 | dclass;
	return *text == '\0';
}

static bool parse_version(const char *text, uint64_t *value)
{
	uint64_t part[3] = {0};
	for (int i = 0; i < 3; i++) {
		if (!text || !parse_number(text, &part[i], &text))
			return false;
		if (*text == '\0')
			break;
		if (*text++ != '.' || i == 2)
			return false;
	}
	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++)
		if (versions[i].major == part[0] && versions[i].minor == part[1] &&
		    versions[i].micro == part[2]) {
			*value = OPTION_VERSION(part[0], part[1], part[2]);
			return true;
		}
	return false;
}

static bool parse_stdc(const char *text, uint64_t *value)
{
	if (!text || strlen(text) != 1 || !strchr("acst", *text))
		return false;
	*value = (unsigned char)*text;
	return true;
}

static bool parse_value(enum kind kind, const char *text, uint64_t *value)
{
	static const char *const policies[] = {"switch", "fill", "ring"};
	static const char *const resizes[] = {"auto", "manual"};
	static const char *const evaltimes[] = {"exec", "preinit", "postinit", "main"};
	static const char *const linkmodes[] = {"kernel", "primary", "dynamic", "static"};
	static const char *const linktypes[] = {"elf", "dof"};
	static const char *const encodings[] = {"ascii", "utf8"};
	static const char *const models[] = {"64", "32"};
	static const char *const formats[] = {"text", "json", "folded"};
	switch (kind) {
	case K_FLAG:
		return parse_flag(text, value);
	case K_SWITCH:
		*value = 1;
		return text == NULL;
	case K_NUMBER:
		return parse_count(text, value);
	case K_SIZE:
		return text && option_parse_size(text, value);
	case K_LIMIT:
		*value = OPTION_UNLIMITED;
		return text && (strcmp(text, "unlimited") == 0 || option_parse_size(text, value));
	case K_RATE:
		return text && option_parse_rate(text, value);
	case K_POLICY:
		return parse_word(text, policies, 3, value);
	case K_RESIZE:
		return parse_word(text, resizes, 2, value);
	case K_CPU:
		return parse_cpu(text, value);
	case K_AMIN:
		return parse_amin(text, value);
	case K_VERSION:
		return parse_version(text, value);
	case K_STDC:
		return parse_stdc(text, value);
	case K_EVALTIME:
		return parse_word(text, evaltimes, 4, value);
	case K_LINKMODE:
		return parse_word(text, linkmodes, 4, value);
	case K_LINKTYPE:
		return parse_word(text, linktypes, 2, value);
	case K_ENCODING:
		return parse_word(text, encodings, 2, value);
	case K_FORMAT:
		return parse_word(text, formats, 3, value);
	case K_DATAMODEL:
		return parse_word(text, models, 2, value);
	case K_TEXT:
	case K_LIST:
		*value = 1;
		return text && *text;
	case K_STAGES:
		*value = 1;
		return parse_stages(text);
	case K_SETENV:
	case K_UNSETENV:
		*value = 1;
		return text && *text && *text != '=' && (kind == K_SETENV || !strchr(text, '='));
	}
	return false;
}

/* A name alone is given an empty value by setenv. */
static void change_env(struct options *o, struct arena *a, enum option id, const char *text)
{
	struct option_env *change = arena_alloc(a, sizeof(*change));
	bool alone = id == OPT_SETENV && !strchr(text, '=');
	*change = (struct option_env){arena_printf(a, alone ? "%s=" : "%s", text), o->env};
	o->env = change;
}

static void set_text(struct options *o, struct arena *a, enum option id, const char *text)
{
	const char *old = o->text[id];
	if (id == OPT_SETENV || id == OPT_UNSETENV)
		change_env(o, a, id, text);
	if (rows[id].kind == K_LIST && old)
		o->text[id] = arena_printf(a, "%s\n%s", old, text);
	else
		o->text[id] = text ? arena_strdup(a, text) : NULL;
}

int options_set(struct options *o, struct arena *a, const char *name, const char *value,
		bool when_running, struct err *e)
{
	int id = option_find(name);
	if (id < 0)
		return err_set(e, EINVAL, "Invalid option name");
	const struct row *row = &rows[id];
	if (o->of_other && option_names_files((enum option)id))
		return err_set(e, EACCES, "Option is not for use through dtraced");
	if (when_running && row->when != ANY)
		return err_set(e, EBUSY, "Operation illegal when tracing is active");
	uint64_t parsed;
	if (!parse_value(row->kind, value, &parsed) ||
	    (id == OPT_STRSIZE && (parsed == 0 || parsed > UINT32_MAX / 2)))
		return err_set(e, EINVAL, "Invalid value for specified option");
	o->value[id] = parsed;
	set_text(o, a, (enum option)id, value);
	return 0;
}

int options_from_env(struct options *o, struct arena *a, char *const *env, struct err *e)
{
	static const char prefix[] = "DTRACE_OPT_";
	for (; *env; env++) {
		const char *equals = strchr(*env, '=');
		if (strncmp(*env, prefix, sizeof(prefix) - 1) != 0 || !equals)
			continue;
		char *name = arena_strndup(a, *env + sizeof(prefix) - 1,
					   (size_t)(equals - *env) - sizeof(prefix) + 1);
		for (char *c = name; *c; c++)
			*c = (char)tolower((unsigned char)*c);
		const char *value = equals[1] ? equals + 1 : NULL;
		if (options_set(o, a, name, value, false, e) < 0)
			return err_wrap(e, "failed to set option '%s' from %.*s", name,
					(int)(equals - *env), *env);
	}
	return 0;
}
