/*
 * settings.c - the file alert.conf
 */
#include "analytics/alert/settings.h"
#include "analytics/alert/amount.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *name, *fallback;
	bool secret;
} table[SETTINGS] = {
    [SMTP_SERVER] = {"smtp.server", "smtp://localhost:25", false},
    [SMTP_FROM] = {"smtp.from", "", false},
    [SMTP_TLS] = {"smtp.tls", "", false},
    [SMTP_CA] = {"smtp.ca", "", false},
    [SMTP_USER] = {"smtp.user", "", false},
    [SMTP_PASSWORD] = {"smtp.password", "", true},
    [WEBHOOK_TOKEN] = {"webhook.token", "", true},
    [WEBHOOK_CA] = {"webhook.ca", "", false},
    [SNMP_COMMUNITY] = {"snmp.community", "public", true},
    [SNMP_USER] = {"snmp.user", "", false},
    [SNMP_AUTH] = {"snmp.auth", "SHA-256", false},
    [SNMP_AUTH_PASSWORD] = {"snmp.auth_password", "", true},
    [SNMP_PRIV] = {"snmp.priv", "AES", false},
    [SNMP_PRIV_PASSWORD] = {"snmp.priv_password", "", true},
    [SNMP_ENGINE] = {"snmp.engine", "", false},
    [RUN_FOLDER] = {"run.folder", "/etc/glasshouse/actions", false},
    [RUN_USER] = {"run.user", "nobody", false},
};

const char *setting_name(enum setting i)
{
	return table[i].name;
}

bool setting_secret(enum setting i)
{
	return table[i].secret;
}

static void defaults(struct settings *s)
{
	char host[65] = "localhost";
	for (int i = 0; i < SETTINGS; i++)
		snprintf(s->value[i], SETTING_TEXT, "%s", table[i].fallback);
	gethostname(host, sizeof(host) - 1);
	snprintf(s->value[SMTP_FROM], SETTING_TEXT, "glasshouse@%s", host);
}

static int set(struct settings *s, const char *name, const char *value, struct err *e)
{
	for (int i = 0; i < SETTINGS; i++) {
		if (strcmp(table[i].name, name) != 0)
			continue;
		if (strlen(value) >= SETTING_TEXT || !amount_one_line(value))
			return err_set(e, EINVAL, "%s: at most %d bytes of text are wanted", name,
				       SETTING_TEXT - 1);
		if (i == SMTP_TLS && strcmp(value, "required") && strcmp(value, "try") &&
		    strcmp(value, "none"))
			return err_set(e, EINVAL, "smtp.tls: required, try or none is wanted");
		if (i == SMTP_SERVER && strncmp(value, "smtp://", 7) != 0 &&
		    strncmp(value, "smtps://", 8) != 0)
			return err_set(
			    e, EINVAL,
			    "smtp.server: smtp://HOST:PORT or smtps://HOST:PORT is wanted");
		strcpy(s->value[i], value);
		return 0;
	}
	return err_set(e, EINVAL, "there is no setting '%s'", name);
}

static char *trim(char *p)
{
	p += strspn(p, " \t");
	size_t n = strlen(p);
	while (n && strchr(" \t\r\n", p[n - 1]))
		p[--n] = 0;
	return p;
}

static int read_lines(struct settings *s, FILE *f, struct err *e)
{
	char line[1024];
	for (int n = 1; fgets(line, sizeof(line), f); n++) {
		char *p = trim(line), *equals = strchr(p, '=');
		if (!*p || *p == '#')
			continue;
		if (!equals)
			return err_set(e, EINVAL, "line %d: \"name = value\" is wanted", n);
		*equals = 0;
		if (set(s, trim(p), trim(equals + 1), e) < 0)
			return err_wrap(e, "line %d", n);
	}
	return 0;
}

static int read_file(struct settings *s, struct err *e)
{
	FILE *f = *s->path ? fopen(s->path, "re") : NULL;
	memset(&s->seen, 0, sizeof(s->seen));
	defaults(s);
	if (!f)
		return errno == ENOENT || !*s->path ? 0 : err_sys(e, errno, "%s", s->path);
	int status =
	    fstat(fileno(f), &s->seen) < 0 ? err_sys(e, errno, "fstat") : read_lines(s, f, e);
	fclose(f);
	for (int i = 0; status == 0 && i < SETTINGS; i++)
		if (table[i].secret && strcmp(s->value[i], table[i].fallback) != 0 &&
		    s->seen.st_mode & 077)
			status = err_set(e, EACCES, "others can read %s, which it tells: chmod 600",
					 table[i].name);
	return status < 0 ? err_wrap(e, "%s", s->path) : 0;
}

int settings_load(struct settings *s, const char *path, struct err *e)
{
	memset(s, 0, sizeof(*s));
	if (path && strlen(path) >= sizeof(s->path))
		return err_set(e, ENAMETOOLONG, "%s", path);
	snprintf(s->path, sizeof(s->path), "%s", path ? path : "");
	return read_file(s, e);
}

int settings_refresh(struct settings *s, struct err *e)
{
	struct stat now = {0};
	if (!*s->path || (stat(s->path, &now) < 0 && errno != ENOENT))
		return 0;
	if (now.st_ino == s->seen.st_ino && now.st_size == s->seen.st_size &&
	    now.st_mode == s->seen.st_mode && now.st_mtim.tv_sec == s->seen.st_mtim.tv_sec &&
	    now.st_mtim.tv_nsec == s->seen.st_mtim.tv_nsec)
		return 0;
	struct settings *fresh = malloc(sizeof(*fresh));
	if (!fresh)
		return err_set(e, ENOMEM, "out of memory");
	*fresh = *s;
	int status = read_file(fresh, e);
	if (status == 0)
		*s = *fresh;
	else
		s->seen = now; /* said once, until it changes again */
	free(fresh);
	return status;
}
