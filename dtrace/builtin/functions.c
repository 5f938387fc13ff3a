/*
 * functions.c - the table of functions: subroutines, actions, aggregating functions; see builtin.h
 *
 * Rows are sorted by name (in byte order) for the binary search. A prototype is D text, read by
 * proto_parse() (proto.h). Where it says "..." a family's own check in sema follows. Kernel
 * structures that only serve as opaque addresses are `void *` in prototypes: any pointer will do.
 */
#include "dtrace/builtin/builtin.h"

#include <string.h>

#define STABLE	 "Stable/Stable/Common"
#define EVOLVING "Evolving/Evolving/Common"

enum {
	VAL = BUILTIN_VALUE,
	SAFE = BUILTIN_VALUE | BUILTIN_TENANT_SAFE,
	BOTH = BUILTIN_VALUE | BUILTIN_ACTION | BUILTIN_RECORDS,
	REC = BUILTIN_ACTION | BUILTIN_RECORDS,
	SREC = BUILTIN_ACTION | BUILTIN_RECORDS | BUILTIN_TENANT_SAFE,
	SPEC = BUILTIN_ACTION | BUILTIN_TENANT_SAFE,
	DESTR = BUILTIN_ACTION | BUILTIN_DESTRUCTIVE,
	DVAL = BUILTIN_VALUE | BUILTIN_DESTRUCTIVE,
	AGGF = BUILTIN_AGGFUNC | BUILTIN_TENANT_SAFE,
};

static const struct builtin_func_row rows[] = {
    {BF_ALLOCA, "alloca", "void *alloca(size_t)", SAFE, STABLE, "1.0",
     "scratch memory for the rest of the clause"},
    {BF_AVG, "avg", "void avg(@)", AGGF, STABLE, "1.0", "arithmetic mean"},
    {BF_BASENAME, "basename", "string basename(const char *)", SAFE, STABLE, "1.0",
     "last component of a path"},
    {BF_BCOPY, "bcopy", "void bcopy(void *, void *, size_t)", VAL, STABLE, "1.0",
     "copies kernel memory to scratch memory"},
    {BF_BREAKPOINT, "breakpoint", "void breakpoint()", DESTR, STABLE, "1.0",
     "stops the kernel in its debugger"},
    {BF_CHILL, "chill", "void chill(int)", DESTR, STABLE, "1.0", "spins for so many nanoseconds"},
    {BF_CLEANPATH, "cleanpath", "string cleanpath(const char *)", SAFE, STABLE, "1.0",
     "path without ., .. and empty components"},
    {BF_CLEAR, "clear", "void clear(...)", SREC, STABLE, "1.0",
     "sets the values of an aggregation to zero"},
    {BF_COMMIT, "commit", "void commit(int)", SPEC, STABLE, "1.0",
     "moves a speculation to the principal buffer"},
    {BF_COPYIN, "copyin", "void *copyin(uintptr_t, size_t)", SAFE | BUILTIN_SLEEPABLE, STABLE,
     "1.0", "copies user memory to scratch memory"},
    {BF_COPYINSTR, "copyinstr", "string copyinstr(uintptr_t, [size_t])", SAFE | BUILTIN_SLEEPABLE,
     STABLE, "1.0", "copies a string from user memory"},
    {BF_COPYINTO, "copyinto", "void copyinto(uintptr_t, size_t, void *)", SAFE | BUILTIN_SLEEPABLE,
     STABLE, "1.0", "copies user memory to given scratch memory"},
    {BF_COPYOUT, "copyout", "void copyout(void *, uintptr_t, size_t)", DVAL, STABLE, "1.0",
     "writes to user memory"},
    {BF_COPYOUTSTR, "copyoutstr", "void copyoutstr(char *, uintptr_t, size_t)", DVAL, STABLE, "1.0",
     "writes a string to user memory"},
    {BF_COUNT, "count", "void count()", AGGF, STABLE, "1.0", "number of calls"},
    {BF_D_PATH, "d_path", "string d_path(struct path *)", VAL, EVOLVING, "1.13",
     "text of a kernel path"},
    {BF_DENORMALIZE, "denormalize", "void denormalize(...)", SREC, STABLE, "1.0",
     "undoes normalize()"},
    {BF_DENTRY_PATH, "dentry_path", "string dentry_path(struct dentry *)", VAL, EVOLVING, "1.13",
     "full name of a directory entry, below the first mount of its file system"},
    {BF_DIRNAME, "dirname", "string dirname(const char *)", SAFE, STABLE, "1.0",
     "path without its last component"},
    {BF_DISCARD, "discard", "void discard(int)", SPEC, STABLE, "1.0", "throws a speculation away"},
    {BF_EXIT, "exit", "void exit(int)", SREC, STABLE, "1.0", "ends tracing with an exit status"},
    {BF_FREOPEN, "freopen", "void freopen(@, ...)", DESTR | BUILTIN_RECORDS, STABLE, "1.0",
     "sends the following output to a file"},
    {BF_FTRUNCATE, "ftruncate", "void ftruncate()", REC, STABLE, "1.0",
     "truncates the output file"},
    {BF_FUNC, "func", "_symaddr func(uintptr_t)", BOTH, STABLE, "1.2",
     "kernel function of an address"},
    {BF_GETF, "getf", "struct file *getf(int)", VAL, EVOLVING, "1.10",
     "the kernel's file of a descriptor"},
    {BF_GETMAJOR, "getmajor", "major_t getmajor(dev_t)", SAFE, EVOLVING, "1.0",
     "major number of a device"},
    {BF_GETMINOR, "getminor", "minor_t getminor(dev_t)", SAFE, EVOLVING, "1.0",
     "minor number of a device"},
    {BF_HTONL, "htonl", "uint32_t htonl(uint32_t)", SAFE, EVOLVING, "1.3",
     "32 bits from host to network order"},
    {BF_HTONLL, "htonll", "uint64_t htonll(uint64_t)", SAFE, EVOLVING, "1.3",
     "64 bits from host to network order"},
    {BF_HTONS, "htons", "uint16_t htons(uint16_t)", SAFE, EVOLVING, "1.3",
     "16 bits from host to network order"},
    {BF_INDEX, "index", "int index(const char *, const char *, [int])", SAFE, STABLE, "1.1",
     "where a string first occurs, or -1"},
    {BF_INET_NTOA, "inet_ntoa", "string inet_ntoa(ipaddr_t *)", SAFE, STABLE, "1.5",
     "text of an IPv4 address"},
    {BF_INET_NTOA6, "inet_ntoa6", "string inet_ntoa6(struct in6_addr *)", SAFE, STABLE, "1.5",
     "text of an IPv6 address"},
    {BF_INET_NTOP, "inet_ntop", "string inet_ntop(int, void *)", SAFE, STABLE, "1.5",
     "text of an address of a family"},
    {BF_JSON, "json", "string json(const char *, const char *)", SAFE, STABLE, "1.11",
     "element of a JSON text"},
    {BF_JSTACK, "jstack", "stack jstack(...)", BOTH | BUILTIN_TENANT_SAFE, STABLE, "1.0",
     "user stack with frames of interpreters"},
    {BF_LINK_NTOP, "link_ntop", "string link_ntop(int, void *)", SAFE, STABLE, "1.13",
     "text of a link-layer address"},
    {BF_LLQUANTIZE, "llquantize", "void llquantize(@, int32_t, int32_t, int32_t, int32_t, ...)",
     AGGF, STABLE, "1.7", "log-linear distribution"},
    {BF_LLTOSTR, "lltostr", "string lltostr(int64_t, [int])", SAFE, STABLE, "1.0",
     "text of an integer"},
    {BF_LQUANTIZE, "lquantize", "void lquantize(@, int32_t, int32_t, ...)", AGGF, STABLE, "1.0",
     "linear distribution"},
    {BF_MAX, "max", "void max(@)", AGGF, STABLE, "1.0", "largest value"},
    {BF_MIN, "min", "void min(@)", AGGF, STABLE, "1.0", "smallest value"},
    {BF_MOD, "mod", "_symaddr mod(uintptr_t)", BOTH, STABLE, "1.2", "kernel module of an address"},
    {BF_MOUNT_PATH, "mount_path", "string mount_path(struct vfsmount *)", VAL, EVOLVING, "1.13",
     "where a file system is mounted"},
    {BF_MUTEX_OWNED, "mutex_owned", "int mutex_owned(void *)", VAL, EVOLVING, "1.0",
     "whether the thread holds the mutex"},
    {BF_MUTEX_OWNER, "mutex_owner", "struct task_struct *mutex_owner(void *)", VAL, EVOLVING, "1.0",
     "thread that holds the mutex"},
    {BF_MUTEX_TYPE_ADAPTIVE, "mutex_type_adaptive", "int mutex_type_adaptive(void *)", VAL,
     EVOLVING, "1.0", "whether it is a sleeping mutex"},
    {BF_MUTEX_TYPE_SPIN, "mutex_type_spin", "int mutex_type_spin(void *)", VAL, EVOLVING, "1.0",
     "whether it is a spin mutex"},
    {BF_NORMALIZE, "normalize", "void normalize(...)", SREC, STABLE, "1.0",
     "shows an aggregation divided by a factor"},
    {BF_NTOHL, "ntohl", "uint32_t ntohl(uint32_t)", SAFE, EVOLVING, "1.3",
     "32 bits from network to host order"},
    {BF_NTOHLL, "ntohll", "uint64_t ntohll(uint64_t)", SAFE, EVOLVING, "1.3",
     "64 bits from network to host order"},
    {BF_NTOHS, "ntohs", "uint16_t ntohs(uint16_t)", SAFE, EVOLVING, "1.3",
     "16 bits from network to host order"},
    {BF_PANIC, "panic", "void panic()", DESTR, STABLE, "1.0", "halts the system with a crash dump"},
    {BF_PRINT, "print", "void print(@)", SREC, STABLE, "1.9", "prints a value by its type"},
    {BF_PRINTA, "printa", "void printa(@, ...)", SREC, STABLE, "1.0", "prints aggregations"},
    {BF_PRINTF, "printf", "void printf(@, ...)", SREC, STABLE, "1.0", "formatted output"},
    {BF_PROGENYOF, "progenyof", "int progenyof(pid_t)", SAFE, STABLE, "1.0",
     "whether the process descends from a process"},
    {BF_QUANTIZE, "quantize", "void quantize(@, ...)", AGGF, STABLE, "1.0",
     "power-of-two distribution"},
    {BF_RAISE, "raise", "void raise(int)", DESTR, STABLE, "1.0", "sends a signal to the process"},
    {BF_RAND, "rand", "int rand()", SAFE, STABLE, "1.0", "pseudo-random number"},
    {BF_RINDEX, "rindex", "int rindex(const char *, const char *, [int])", SAFE, STABLE, "1.1",
     "where a string last occurs, or -1"},
    {BF_RW_ISWRITER, "rw_iswriter", "int rw_iswriter(void *)", VAL, EVOLVING, "1.0",
     "whether a writer holds or waits for the lock"},
    {BF_RW_READ_HELD, "rw_read_held", "int rw_read_held(void *)", VAL, EVOLVING, "1.0",
     "whether a reader holds the lock"},
    {BF_RW_WRITE_HELD, "rw_write_held", "int rw_write_held(void *)", VAL, EVOLVING, "1.0",
     "whether a writer holds the lock"},
    {BF_SETOPT, "setopt", "void setopt(const char *, [const char *])", SREC, STABLE, "1.0",
     "sets an option while running"},
    {BF_SPECULATE, "speculate", "void speculate(int)", SPEC, STABLE, "1.0",
     "sends the rest of the clause to a speculation"},
    {BF_SPECULATION, "speculation", "int speculation()", SAFE, STABLE, "1.0",
     "a new speculation, or 0"},
    {BF_STACK, "stack", "stack stack(...)", BOTH, STABLE, "1.0", "kernel stack"},
    {BF_STDDEV, "stddev", "void stddev(@)", AGGF, STABLE, "1.6", "standard deviation"},
    {BF_STOP, "stop", "void stop()", DESTR, STABLE, "1.0", "stops the process"},
    {BF_STRCHR, "strchr", "string strchr(const char *, char)", SAFE, STABLE, "1.1",
     "string from the first occurrence of a character"},
    {BF_STRJOIN, "strjoin", "string strjoin(const char *, const char *)", SAFE, STABLE, "1.0",
     "two strings as one"},
    {BF_STRLEN, "strlen", "size_t strlen(const char *)", SAFE, STABLE, "1.0", "bytes in a string"},
    {BF_STRRCHR, "strrchr", "string strrchr(const char *, char)", SAFE, STABLE, "1.1",
     "string from the last occurrence of a character"},
    {BF_STRSTR, "strstr", "string strstr(const char *, const char *)", SAFE, STABLE, "1.1",
     "string from the first occurrence of a string"},
    {BF_STRTOK, "strtok", "string strtok(const char *, const char *)", SAFE, STABLE, "1.1",
     "next token of a string"},
    {BF_STRTOLL, "strtoll", "int64_t strtoll(const char *, [int])", SAFE, STABLE, "1.11",
     "integer of a text"},
    {BF_SUBSTR, "substr", "string substr(const char *, int, [int])", SAFE, STABLE, "1.1",
     "part of a string"},
    {BF_SUM, "sum", "void sum(@)", AGGF, STABLE, "1.0", "total"},
    {BF_SYM, "sym", "_symaddr sym(uintptr_t)", BOTH, STABLE, "1.2", "kernel symbol of an address"},
    {BF_SYSTEM, "system", "void system(@, ...)", DESTR | BUILTIN_RECORDS, STABLE, "1.0",
     "runs a command"},
    {BF_TOLOWER, "tolower", "string tolower(const char *)", SAFE, STABLE, "1.8",
     "string in lower case"},
    {BF_TOUPPER, "toupper", "string toupper(const char *)", SAFE, STABLE, "1.8",
     "string in upper case"},
    {BF_TRACE, "trace", "void trace(@)", SREC, STABLE, "1.0", "records a value"},
    {BF_TRACEMEM, "tracemem", "void tracemem(@, size_t, ...)", REC, STABLE, "1.0",
     "records memory"},
    {BF_TRUNC, "trunc", "void trunc(...)", SREC, STABLE, "1.0",
     "drops all but the top values of an aggregation"},
    {BF_UADDR, "uaddr", "_usymaddr uaddr(uintptr_t)", BOTH | BUILTIN_TENANT_SAFE, STABLE, "1.2",
     "user address with its symbol"},
    {BF_UFUNC, "ufunc", "_usymaddr ufunc(uintptr_t)", BOTH | BUILTIN_TENANT_SAFE, STABLE, "1.2",
     "user function of an address"},
    {BF_UMOD, "umod", "_usymaddr umod(uintptr_t)", BOTH | BUILTIN_TENANT_SAFE, STABLE, "1.2",
     "user object of an address"},
    {BF_USTACK, "ustack", "stack ustack(...)", BOTH | BUILTIN_TENANT_SAFE, STABLE, "1.0",
     "user stack"},
    {BF_USYM, "usym", "_usymaddr usym(uintptr_t)", BOTH | BUILTIN_TENANT_SAFE, STABLE, "1.2",
     "user symbol of an address"},
};

enum { NROWS = sizeof(rows) / sizeof(rows[0]) };

const struct builtin_func_row *builtin_func_find(const char *name)
{
	unsigned lo = 0, hi = NROWS;
	while (lo < hi) {
		unsigned mid = (lo + hi) / 2;
		int order = strcmp(name, rows[mid].name);
		if (order == 0)
			return &rows[mid];
		if (order < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}

const struct builtin_func_row *builtin_funcs(unsigned *n)
{
	*n = NROWS;
	return rows;
}
