/*
 * define.c - the output files of dtrace -h and dtrace -G
 */
#include "cmd/define.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

/* foo.d -> foo.h */
static void default_name(const char *script, char ext, struct buf *out)
{
	const char *base = base_of(script);
	size_t n = strlen(base);
	if (n > 2 && strcmp(base + n - 2, ".d") == 0)
		n -= 2;
	buf_add(out, base, n);
	buf_putc(out, '.');
	buf_putc(out, ext);
}

static int write_file(const char *path, const struct buf *b, struct err *e)
{
	FILE *f = strcmp(path, "-") == 0 ? stdout : fopen(path, "w");
	if (!f)
		return err_sys(e, errno, "failed to open output file '%s'", path);
	bool ok = fwrite(b->p, 1, b->n, f) == b->n;
	int code = errno;
	if (f == stdout)
		ok = fflush(f) == 0 && ok;
	else if (fclose(f) != 0)
		ok = false, code = errno;
	if (ok)
		return 0;
	if (f != stdout)
		unlink(path);
	return err_sys(e, code, "failed to write '%s'", path);
}

int define_write(struct session *s, bool header, const char *script, const char *ofile,
		 const char *const *objects, int nobjects, struct err *e)
{
	BUF_AUTO out = {0}, name = {0};
	if (!ofile)
		default_name(script, header ? 'h' : 'o', &name);
	int r = header ? session_define_header(s, base_of(script), &out, e)
		       : session_define_object(s, nobjects ? objects[0] : NULL, &out, e);
	return r < 0 ? -1 : write_file(ofile ? ofile : buf_str(&name), &out, e);
}
