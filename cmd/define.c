/*
 * define.c - the output files of dtrace -h and dtrace -G
 */
#include "define.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

/* foo.d -> foo.h, in this folder; any suffix is cut, as the dtrace of SystemTap does. */
static void default_name(const char *script, char ext, char *out, size_t bytes)
{
	const char *base = base_of(script), *dot = strrchr(base, '.');
	size_t n = dot && dot > base ? (size_t)(dot - base) : strlen(base);
	snprintf(out, bytes, "%.*s.%c", (int)n, base, ext);
}

static int failed(struct err *e, const char *what, const char *path, int code)
{
	e->code = code;
	snprintf(e->text, sizeof(e->text), "failed to %s '%s': %s", what, path, strerror(code));
	return -1;
}

static int write_file(const char *path, const char *p, size_t n, struct err *e)
{
	FILE *f = strcmp(path, "-") == 0 ? stdout : fopen(path, "w");
	if (!f)
		return failed(e, "open output file", path, errno);
	bool ok = fwrite(p, 1, n, f) == n;
	int code = errno;
	if (f == stdout)
		ok = fflush(f) == 0 && ok;
	else if (fclose(f) != 0)
		ok = false, code = errno;
	if (ok)
		return 0;
	if (f != stdout)
		unlink(path);
	return failed(e, "write", path, code);
}

int define_write(struct session *s, bool header, const char *script, const char *ofile,
		 const char *const *objects, int nobjects, struct err *e)
{
	char name[PATH_MAX];
	size_t n;
	if (!ofile)
		default_name(script, header ? 'h' : 'o', name, sizeof(name));
	const char *p = header ? session_define_header(s, base_of(script), &n, e)
			       : session_define_object(s, nobjects ? objects[0] : NULL, &n, e);
	return p ? write_file(ofile ? ofile : name, p, n, e) : -1;
}
