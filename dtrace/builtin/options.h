/*
 * options.h - the options of -x, #pragma D option and setopt()
 *
 * One row an option: how its value is read, whether it is for compile time, run time or dynamic, its default.
 */
#ifndef BUILTIN_OPTIONS_H
#define BUILTIN_OPTIONS_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

/* One a line: clang-format never comes to rest in this list. */
/* clang-format off */
#define OPTION_LIST(X) \
	/* run time */ \
	X(AGGRATE, "aggrate") \
	X(AGGSIZE, "aggsize") \
	X(AGGSORTKEY, "aggsortkey") \
	X(AGGSORTKEYPOS, "aggsortkeypos") \
	X(AGGSORTPOS, "aggsortpos") \
	X(AGGSORTREV, "aggsortrev") \
	X(AGGHIST, "agghist") \
	X(AGGPACK, "aggpack") \
	X(AGGZOOM, "aggzoom") \
	X(AGGPERCPU, "aggpercpu") \
	X(BUFSIZE, "bufsize") \
	X(BUFPOLICY, "bufpolicy") \
	X(BUFRESIZE, "bufresize") \
	X(QUIETRESIZE, "quietresize") \
	X(CLEANRATE, "cleanrate") \
	X(CPU, "cpu") \
	X(DESTRUCTIVE, "destructive") \
	X(DYNVARSIZE, "dynvarsize") \
	X(FLOWINDENT, "flowindent") \
	X(GRABANON, "grabanon") \
	X(JSTACKFRAMES, "jstackframes") \
	X(JSTACKSTRSIZE, "jstackstrsize") \
	X(NSPEC, "nspec") \
	X(QUIET, "quiet") \
	X(RAWBYTES, "rawbytes") \
	X(SPECSIZE, "specsize") \
	X(STACKFRAMES, "stackframes") \
	X(STACKINDENT, "stackindent") \
	X(STATUSRATE, "statusrate") \
	X(STRSIZE, "strsize") \
	X(SWITCHRATE, "switchrate") \
	X(TEMPORAL, "temporal") \
	X(UNWINDSIZE, "unwindsize") \
	X(USTACKFRAMES, "ustackframes") \
	X(ZONE, "zone") \
	X(PRINTSIZE, "printsize") \
	X(NORESOLVE, "noresolve") \
	X(SCRATCHSIZE, "scratchsize") \
	X(MAXFRAMES, "maxframes") \
	X(LOCKMEM, "lockmem") \
	X(FOLDEDSTACKS, "foldedstacks") \
	X(DROPTAGS, "droptags") \
	X(DEADMAN, "deadman") \
	X(ENCODING, "encoding") \
	/* compile time */ \
	X(AMIN, "amin") \
	X(ARGREF, "argref") \
	X(CORE, "core") \
	X(CPP, "cpp") \
	X(CPPARGS, "cppargs") \
	X(CPPHDRS, "cpphdrs") \
	X(CPPPATH, "cpppath") \
	X(CTYPES, "ctypes") \
	X(DATAMODEL, "datamodel") \
	X(DEBUG, "debug") \
	X(DEFAULTARGS, "defaultargs") \
	X(DEFINE, "define") \
	X(DISASM, "disasm") \
	X(DTYPES, "dtypes") \
	X(EMPTY, "empty") \
	X(ERRTAGS, "errtags") \
	X(EVALTIME, "evaltime") \
	X(INCDIR, "incdir") \
	X(IREGS, "iregs") \
	X(KDEFS, "kdefs") \
	X(KNODEFS, "knodefs") \
	X(LATE, "late") \
	X(LAZYLOAD, "lazyload") \
	X(LDPATH, "ldpath") \
	X(LIBDIR, "libdir") \
	X(LINKMODE, "linkmode") \
	X(LINKTYPE, "linktype") \
	X(NOLIBS, "nolibs") \
	X(PGMAX, "pgmax") \
	X(PREALLOCATE, "preallocate") \
	X(PSPEC, "pspec") \
	X(SETENV, "setenv") \
	X(STDC, "stdc") \
	X(STRIP, "strip") \
	X(SYSLIBDIR, "syslibdir") \
	X(TREE, "tree") \
	X(TREGS, "tregs") \
	X(UDEFS, "udefs") \
	X(UNODEFS, "unodefs") \
	X(UNDEF, "undef") \
	X(UNSETENV, "unsetenv") \
	X(USERUID, "useruid") \
	X(CTFPATH, "ctfpath") \
	X(DEBUGASSERT, "debugassert") \
	X(DOFSTASHPATH, "dofstashpath") \
	X(LINKNOMMAP, "linknommap") \
	X(MODPATH, "modpath") \
	X(PCAPSIZE, "pcapsize") \
	X(PROCFSPATH, "procfspath") \
	X(SYSSLICE, "sysslice") \
	X(VERBOSE, "verbose") \
	X(VERSION, "version") \
	X(ZDEFS, "zdefs") \
	X(BPFLOG, "bpflog") \
	X(BPFLOGSIZE, "bpflogsize") \
	X(DUMP, "dump") \
	X(NOFEATURE, "nofeature") \
	X(FEATURES, "features") \
	X(FLAME, "flame") \
	X(FORMAT, "format")
/* clang-format on */

enum option {
#define X(id, name) OPT_##id,
	OPTION_LIST(X)
#undef X
	    OPT_NCOUNT
};

/* A version of D as a number, as programs see it in __SUNW_D_VERSION. */
#define OPTION_VERSION(major, minor, micro) ((uint64_t)(major) << 24 | (minor) << 12 | (micro))
#define OPTION_VERSION_LATEST		    OPTION_VERSION(1, 13, 0)

/*
 * value[]: sizes in bytes, rates in ns between two events, counts, enum values below. Flags are 0 or 1, never unset.
 * amin: the three attribute numbers as name << 16 | data << 8 | class. version: major << 24 | minor << 12 | micro.
 * cpu: UNSET = all. stdc: the letter of -X (a c s t). linkmode, linktype, encoding: see options.c.
 */
#define OPTION_UNSET	 UINT64_MAX
#define OPTION_UNLIMITED (UINT64_MAX - 1)
enum bufpolicy { BUFPOLICY_SWITCH, BUFPOLICY_FILL, BUFPOLICY_RING };
enum evaltime { EVALTIME_EXEC, EVALTIME_PREINIT, EVALTIME_POSTINIT, EVALTIME_MAIN };
enum datamodel { DATAMODEL_LP64, DATAMODEL_ILP32 };
enum bufresize { BUFRESIZE_AUTO, BUFRESIZE_MANUAL };

/* One change to the environment of commands, and those asked for before it. */
struct option_env {
	const char *text; /* "NAME=VALUE", or "NAME": it is not there */
	const struct option_env *before;
};

struct options {
	bool of_other;	     /* set by somebody who may not name files and programs of ours */
	uint32_t slots_most; /* of an aggregation's table where aggsize is not set; 0: as usual */
	const struct option_env *env; /* setenv and unsetenv, the last one first */
	uint64_t value[OPT_NCOUNT];   /* see above */
	const char *text
	    [OPT_NCOUNT]; /* for those with text (cpppath, libdir, ...): last value; lists newline-separated */
};

struct arena;
void options_init(
    struct options
	*o); /* defaults of dtrace: bufsize unset here (the command sets 4m), strsize 256, ... */
/* Sets by name; value NULL for flags. Unknown name or bad value: -1 and the classic message ("Invalid option name", "Invalid value for specified
 * option"). Sizes take k m g t, rates take ns us ms s m h d hz suffixes. when_running: only dynamic options may be set. */
int options_set(struct options *o, struct arena *a, const char *name, const char *value,
		bool when_running, struct err *e);
/* Sets every option that env (as environ) names as DTRACE_OPT_<NAME>=value, the name in capitals. -1 at the first bad one. */
int options_from_env(struct options *o, struct arena *a, char *const *env, struct err *e);
/* Does its value name files or programs that are read or run while compiling? */
bool option_names_files(enum option id);
/* May "#pragma D option" set it, or is it too late for it once a program is being compiled? */
bool option_in_program(enum option id);
const char *option_name(enum option id);
const char *option_doc(
    enum option id); /* one line; NULL for an option that is accepted and has no effect here */
const char *option_why_inert(enum option id); /* what there is to say of one that has none */
/* What its value is, for manuals and completions: "flag", "switch", "number", "size", "rate", "cpu", "text", "list",
 * "version", "stability", or the words that may stand there as "a|b|c". */
const char *option_kind(enum option id);
enum option_when { OPTION_ANY_TIME, OPTION_BEFORE_START, OPTION_BEFORE_COMPILE };
enum option_when option_when(enum option id);
int option_find(const char *name); /* enum option, or -1 */
bool option_parse_size(const char *text, uint64_t *bytes);
bool option_parse_rate(const char *text, uint64_t *ns);

#endif
