/*
 * proto.c - taking prototypes apart; see proto.h
 */
#include "dtrace/builtin/proto.h"

#include <ctype.h>
#include <string.h>

static char *trim(char *s)
{
	while (isspace((unsigned char)*s))
		s++;
	size_t n = strlen(s);
	while (n > 0 && isspace((unsigned char)s[n - 1]))
		s[--n] = '\0';
	return s;
}

static bool add_arg(struct proto *p, char *text)
{
	text = trim(text);
	if (strcmp(text, "...") == 0) {
		p->varargs = true;
		return true;
	}
	if (p->nargs == PROTO_ARGS_MAX || *text == '\0' || p->varargs)
		return false;
	if (*text == '[') { /* optional: once one is, the rest are */
		text[strlen(text) - 1] = '\0';
		text = trim(text + 1);
	} else {
		p->nrequired = p->nargs + 1;
	}
	p->args[p->nargs++] = text;
	return true;
}

/* "void *name" before the parenthesis: the type is all but the last word. */
static const char *cut_name(char *text)
{
	char *end = text + strlen(text);
	while (end > text && (isalnum((unsigned char)end[-1]) || end[-1] == '_'))
		end--;
	*end = '\0';
	return trim(text);
}

bool proto_parse(const char *text, struct proto *out)
{
	memset(out, 0, sizeof(*out));
	size_t n = strlen(text);
	if (n >= sizeof(out->text) || n == 0 || text[n - 1] != ')')
		return false;
	memcpy(out->text, text, n - 1);
	char *open = strchr(out->text, '(');
	if (!open)
		return false;
	*open = '\0';
	out->ret = cut_name(out->text);
	char *arg = open + 1;
	if (*trim(arg) == '\0')
		return true;
	for (char *comma; (comma = strchr(arg, ',')); arg = comma + 1) {
		*comma = '\0';
		if (!add_arg(out, arg))
			return false;
	}
	return add_arg(out, arg);
}
