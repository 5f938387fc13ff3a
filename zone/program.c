/*
 * program.c - see program.h
 */
#include "zone/program.h"

#include "zone/place.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void zone_program_put(struct buf *out, const char *key, const char *value)
{
	buf_printf(out, "%s ", key);
	for (; *value; value++) {
		if (*value == '\n')
			buf_puts(out, "\\n");
		else if (*value == '\\')
			buf_puts(out, "\\\\");
		else
			buf_putc(out, *value);
	}
	buf_putc(out, '\n');
}

int zone_program_signal(const char *name)
{
	char *end;
	long n = strtol(name, &end, 10);
	if (*name && !*end)
		return n > 0 && n <= SIGRTMAX ? (int)n : 0;
	name += strncmp(name, "SIG", 3) == 0 ? 3 : 0;
	if (strncmp(name, "RTMIN+", 6) == 0) {
		n = strtol(name + 6, &end, 10);
		return name[6] && !*end && n >= 0 && n <= SIGRTMAX - SIGRTMIN ? SIGRTMIN + (int)n
									      : 0;
	}
	for (int s = 1; s < 32; s++) {
		const char *known = sigabbrev_np(s);
		if (known && strcmp(known, name) == 0)
			return s;
	}
	return 0;
}

/* In place. */
static void unescape(char *s)
{
	char *to = s;
	for (; *s; s++) {
		if (*s == '\\' && s[1]) {
			*to++ = *++s == 'n' ? '\n' : *s;
			continue;
		}
		*to++ = *s;
	}
	*to = '\0';
}

static bool put(struct zone_program *p, const char *key, char *value)
{
	unescape(value);
	if (strcmp(key, "arg") == 0 && p->nargs < ZONE_PROGRAM_WORDS)
		p->args[p->nargs++] = value;
	else if (strcmp(key, "env") == 0 && p->nenv < ZONE_PROGRAM_WORDS && strchr(value, '='))
		p->env[p->nenv++] = value;
	else if (strcmp(key, "cwd") == 0 && *value == '/')
		p->cwd = value;
	else if (strcmp(key, "user") == 0)
		p->user = value;
	else if (strcmp(key, "stop") == 0)
		return (p->stop = zone_program_signal(value)) != 0;
	else
		return false;
	return true;
}

int zone_program_parse(struct zone_program *p, char *text, struct err *e)
{
	char *rest = text, *line;
	*p = (struct zone_program){.text = text};
	for (unsigned n = 1; (line = strsep(&rest, "\n")); n++) {
		char *value = strchr(line, ' ');
		if (!*line)
			continue;
		if (value)
			*value++ = '\0';
		if (!value || !put(p, line, value)) {
			zone_program_free(p);
			return err_set(e, EINVAL, "the zonepath's file \"program\", line %u: bad",
				       n);
		}
	}
	return 0;
}

int zone_program_load(struct zone_program *p, int dir, struct err *e)
{
	char *text = malloc(ZONE_PROGRAM_TEXT);
	*p = (struct zone_program){0};
	ssize_t n = text ? zone_place_read(dir, "program", text, ZONE_PROGRAM_TEXT) : -1;
	if (n >= 0)
		return zone_program_parse(p, text, e);
	int code = text ? errno : ENOMEM;
	free(text);
	return code == ENOENT ? 0 : err_sys(e, code, "cannot read the image's program");
}

void zone_program_free(struct zone_program *p)
{
	free(p->text);
	*p = (struct zone_program){0};
}

/* ---- users ---- */

/* Fields of the line of a file whose first is name, or whose third is that number; false: there is none. */
static bool find(const char *path, const char *name, char line[1024], char *field[4])
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	FILE *f = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? fdopen(fd, "r") : NULL;
	bool found = false;
	while (f && !found && fgets(line, 1024, f)) {
		char *rest = line;
		int n = 0;
		line[strcspn(line, "\n")] = '\0';
		while (n < 4 && (field[n] = strsep(&rest, ":")))
			n++;
		found = n >= 3 && (strcmp(field[0], name) == 0 || strcmp(field[2], name) == 0);
		if (n < 4)
			field[3] = "";
	}
	if (f)
		fclose(f);
	else if (fd >= 0)
		close(fd);
	return found;
}

static bool number(const char *text, unsigned *v)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);
	*v = (unsigned)n;
	return *text >= '0' && *text <= '9' && !*end && n < 1u << 31;
}

int zone_program_user(const char *user, struct zone_user *u, struct err *e)
{
	char name[256], line[1024], *field[4];
	*u = (struct zone_user){0};
	snprintf(name, sizeof(name), "%s", user);
	char *group = strchr(name, ':');
	if (group)
		*group++ = '\0';
	bool found = find("/etc/passwd", name, line, field);
	if (!number(found ? field[2] : name, &u->uid))
		return err_set(e, ENOENT, "the image's user %s is none of the zone's", name);
	if (found)
		(void)number(field[3], &u->gid);
	if (group && *group) {
		found = find("/etc/group", group, line, field);
		if (!number(found ? field[2] : group, &u->gid))
			return err_set(e, ENOENT, "the image's group %s is none of the zone's",
				       group);
	}
	return 0;
}
