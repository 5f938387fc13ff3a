/*
 * sysid.c - see sysid.h
 *
 * Whatever is opened may have been made by the zone: links are not followed, and only regular files
 * are read. The process that does it can reach nothing but the zone.
 */
#include "zone/sysid.h"

#include "base/buf.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FILE_MAX = 65536 };

/* ---- the language ---- */

struct reader {
	const char *p;
	unsigned line;
	char key[SYSID_NAME], value[SYSID_TEXT];
};
enum token { END, PAIR, OPEN, CLOSE, BAD };

static void skip_blanks(struct reader *r)
{
	for (;; r->p++) {
		if (*r->p == '#')
			r->p += strcspn(r->p, "\n");
		if (*r->p == '\n')
			r->line++;
		if (!*r->p || !isspace((unsigned char)*r->p))
			return;
	}
}

static enum token next(struct reader *r)
{
	skip_blanks(r);
	if (!*r->p)
		return END;
	if (*r->p == '{' || *r->p == '}')
		return *r->p++ == '{' ? OPEN : CLOSE;
	size_t n = strspn(r->p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
	if (!n || n >= sizeof(r->key))
		return BAD;
	memcpy(r->key, r->p, n);
	r->key[n] = '\0';
	r->p += n;
	if (*r->p != '=') { /* a word alone, as "dhcp" */
		*r->value = '\0';
		return PAIR;
	}
	r->p++;
	char quote = *r->p == '"' || *r->p == '\'' ? *r->p++ : '\0';
	const char ends[] = {quote ? quote : '{', '\n', quote ? '\0' : '}', ' ', '\t', '\r', '\0'};
	n = strcspn(r->p, quote ? (const char[]){quote, '\n', '\0'} : ends);
	if (n >= sizeof(r->value) || (quote && r->p[n] != quote))
		return BAD;
	memcpy(r->value, r->p, n);
	r->value[n] = '\0';
	r->p += n + (quote != '\0');
	return PAIR;
}

/* ---- values ---- */

static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

static bool made_of(const char *text, const char *others, size_t most)
{
	size_t n = strlen(text);
	for (const char *p = text; *p; p++)
		if (!strchr(letters, *p) && !strchr(others, *p))
			return false;
	return n > 0 && n <= most;
}

static int keep(char *to, size_t room, const char *value, const char *others, const char *what,
		struct err *e)
{
	if (!made_of(value, others, room - 1))
		return err_set(e, EINVAL, "%s is no %s", *value ? value : "nothing", what);
	snprintf(to, room, "%s", value);
	return 0;
}

static int add_servers(struct zone_sysid *s, char *list, struct err *e)
{
	unsigned char bytes[16];
	for (char *one; (one = strsep(&list, ","));) {
		if (inet_pton(AF_INET, one, bytes) != 1 && inet_pton(AF_INET6, one, bytes) != 1)
			return err_set(e, EINVAL, "name_server %s is no address", one);
		if (s->nservers == SYSID_SERVERS)
			return err_set(e, EINVAL, "more than %d name_servers", SYSID_SERVERS);
		snprintf(s->servers[s->nservers++], SYSID_NAME, "%s", one);
	}
	return 0;
}

static int set_timezone(struct zone_sysid *s, const char *value, struct err *e)
{
	if (keep(s->timezone, sizeof(s->timezone), value, "/_+-", "timezone", e) < 0)
		return -1;
	return *value == '/' ? err_set(e, EINVAL, "%s is no timezone", value) : 0;
}

/* Of the keyword itself. */
static int set_keyword(struct zone_sysid *s, const struct reader *r, struct err *e)
{
	static const char *const others[] = {
	    "security_policy", "terminal",	    "timeserver",      "keyboard",
	    "nfs4_domain",     "network_interface", "service_profile", "auto_reg",
	    "display",	       "monitor",	    "pointer",	       "setup_install_server"};
	if (strcmp(r->key, "root_password") == 0)
		return keep(s->password, sizeof(s->password), r->value, "./$,=_-*!",
			    "encrypted password", e);
	if (strcmp(r->key, "timezone") == 0)
		return set_timezone(s, r->value, e);
	if (strcmp(r->key, "system_locale") == 0)
		return keep(s->locale, sizeof(s->locale), r->value, "._@-", "locale", e);
	if (strcmp(r->key, "name_service") == 0) {
		s->dns = strcasecmp(r->value, "DNS") == 0;
		s->none = strcasecmp(r->value, "NONE") == 0;
		return s->dns || s->none
			   ? 0
			   : err_set(e, EINVAL, "name_service %s: only DNS and NONE are known",
				     r->value);
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strcmp(others[i], r->key) == 0)
			return 0;
	return err_set(e, EINVAL, "there is no keyword %s", r->key);
}

/* Of what belongs to the keyword `of`. */
static int set_part(struct zone_sysid *s, const char *of, struct reader *r, struct err *e)
{
	static const char *const others[] = {"ip_address",    "netmask", "protocol_ipv6",
					     "default_route", "dhcp",	 "primary"};
	if (strcmp(of, "network_interface") == 0 && strcmp(r->key, "hostname") == 0)
		return keep(s->hostname, sizeof(s->hostname), r->value, ".-", "hostname", e);
	if (strcmp(of, "name_service") == 0 && strcmp(r->key, "domain_name") == 0)
		return keep(s->domain, sizeof(s->domain), r->value, ".-", "domain_name", e);
	if (strcmp(of, "name_service") == 0 && strcmp(r->key, "search") == 0)
		return keep(s->search, sizeof(s->search), r->value, ".-,", "search", e);
	if (strcmp(of, "name_service") == 0 && strcmp(r->key, "name_server") == 0)
		return add_servers(s, r->value, e);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strcmp(of, "network_interface") == 0 && strcmp(others[i], r->key) == 0)
			return 0;
	return err_set(e, EINVAL, "%s has no %s", of, r->key);
}

static int parse(struct reader *r, struct zone_sysid *s, struct err *e)
{
	char of[SYSID_NAME] = "";
	bool in = false;
	for (enum token t; (t = next(r)) != END;) {
		int status = 0;
		if (t == BAD)
			return err_set(e, EINVAL, "%.16s is out of place", r->p);
		if (t == PAIR && in) {
			status = set_part(s, of, r, e);
		} else if (t == PAIR) {
			status = set_keyword(s, r, e);
			memcpy(of, r->key, sizeof(of));
		} else if (t == OPEN ? in || !*of : !in) {
			return err_set(e, EINVAL, "%s is out of place", t == OPEN ? "{" : "}");
		} else {
			in = t == OPEN;
			if (!in)
				*of = '\0';
		}
		if (status < 0)
			return -1;
	}
	return in ? err_set(e, EINVAL, "a { without its }") : 0;
}

int zone_sysid_parse(const char *text, struct zone_sysid *s, struct err *e)
{
	struct reader r = {.p = text, .line = 1};
	*s = (struct zone_sysid){0};
	return parse(&r, s, e) < 0 ? err_wrap(e, "line %u", r.line) : 0;
}

/* ---- files of the zone ---- */

/* A regular file as a whole. False where there is none. */
static bool read_whole(const char *path, struct buf *out)
{
	char part[4096];
	struct stat st;
	ssize_t n;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	bool ok = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= FILE_MAX;
	while (ok && out->n <= FILE_MAX && (n = read(fd, part, sizeof(part))) > 0)
		buf_add(out, part, (size_t)n);
	if (fd >= 0)
		close(fd);
	return ok && !out->oom;
}

/* Replaces a file; its directory is there in any zone. */
static int replace(const char *path, mode_t mode, const struct buf *text, struct err *e)
{
	char new[64];
	snprintf(new, sizeof(new), "%s.sysid", path);
	(void)unlink(new);
	int fd = open(new, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	bool ok =
	    fd >= 0 && fchmod(fd, mode) == 0 && write(fd, text->p, text->n) == (ssize_t)text->n;
	if (fd >= 0)
		close(fd);
	if (ok && rename(new, path) == 0)
		return 0;
	err_sys(e, errno, "cannot write %s of the zone", path);
	(void)unlink(new);
	return -1;
}

static int write_line(const char *path, const char *before, const char *text, struct err *e)
{
	BUF_AUTO b = {0};
	buf_printf(&b, "%s%s\n", before, text);
	return replace(path, 0644, &b, e);
}

/* The second field of root's line in /etc/shadow. */
static int set_password(const char *password, struct err *e)
{
	BUF_AUTO old = {0}, text = {0};
	bool found = false;
	(void)read_whole("/etc/shadow", &old);
	for (const char *p = buf_str(&old); *p;) {
		size_t n = strcspn(p, "\n");
		const char *rest = strncmp(p, "root:", 5) == 0 ? memchr(p + 5, ':', n - 5) : NULL;
		if (rest) {
			found = true;
			buf_printf(&text, "root:%s", password);
			buf_add(&text, rest, n - (size_t)(rest - p));
		} else {
			buf_add(&text, p, n);
		}
		buf_putc(&text, '\n');
		p += n + (p[n] != '\0');
	}
	if (!found)
		buf_printf(&text, "root:%s:%lld:0:99999:7:::\n", password,
			   (long long)time(NULL) / 86400);
	return replace("/etc/shadow", 0600, &text, e);
}

static int set_zone(const char *timezone, struct err *e)
{
	char path[128];
	snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", timezone);
	(void)unlink("/etc/localtime.sysid");
	if (symlink(path, "/etc/localtime.sysid") < 0 ||
	    rename("/etc/localtime.sysid", "/etc/localtime") < 0)
		return err_sys(e, errno, "cannot write /etc/localtime of the zone");
	return write_line("/etc/timezone", "", timezone, e);
}

static int set_names(const struct zone_sysid *s, struct err *e)
{
	BUF_AUTO b = {0};
	if (*s->domain)
		buf_printf(&b, "domain %s\n", s->domain);
	if (*s->search) {
		buf_puts(&b, "search ");
		for (const char *p = s->search; *p; p++)
			buf_putc(&b, *p == ',' ? ' ' : *p);
		buf_putc(&b, '\n');
	}
	for (unsigned i = 0; i < s->nservers; i++)
		buf_printf(&b, "nameserver %s\n", s->servers[i]);
	return replace("/etc/resolv.conf", 0644, &b, e);
}

/* Where the zone has a file of what is asked then, that is what is asked. */
static int switch_names(const char *from, struct err *e)
{
	BUF_AUTO text = {0};
	return read_whole(from, &text) ? replace("/etc/nsswitch.conf", 0644, &text, e) : 0;
}

static int write_all(const struct zone_sysid *s, struct err *e)
{
	if (*s->hostname && write_line("/etc/hostname", "", s->hostname, e) < 0)
		return -1;
	if (*s->password && set_password(s->password, e) < 0)
		return -1;
	if (*s->timezone && set_zone(s->timezone, e) < 0)
		return -1;
	if (*s->locale) {
		(void)mkdir("/etc/default", 0755);
		if (write_line("/etc/default/locale", "LANG=", s->locale, e) < 0)
			return -1;
	}
	if (s->none)
		return switch_names("/etc/nsswitch.files", e);
	if (!s->dns)
		return 0;
	return switch_names("/etc/nsswitch.dns", e) < 0 ? -1 : set_names(s, e);
}

int zone_sysid_apply(char hostname[SYSID_NAME], struct err *e)
{
	static const char path[] = "/etc/sysidcfg", applied[] = "/etc/sysidcfg.applied";
	struct zone_sysid s;
	BUF_AUTO text = {0}, name = {0};
	struct stat st;
	if (read_whole(path, &text)) {
		if (zone_sysid_parse(buf_str(&text), &s, e) < 0)
			return err_wrap(e, "%s of the zone", path);
		if (write_all(&s, e) < 0)
			return -1;
		if (rename(path, applied) < 0)
			return err_sys(e, errno, "cannot rename %s of the zone", path);
	} else if (lstat(path, &st) == 0) {
		return err_set(e, EINVAL, "%s of the zone is no regular file of up to %d bytes",
			       path, FILE_MAX);
	}
	/* A zone that never had answers may have the host name of where its files come from. */
	if (lstat(applied, &st) == 0 && read_whole("/etc/hostname", &name)) {
		char line[SYSID_NAME + 1];
		snprintf(line, sizeof(line), "%.*s", (int)strcspn(buf_str(&name), "\n"),
			 buf_str(&name));
		if (made_of(line, ".-", SYSID_NAME - 1))
			snprintf(hostname, SYSID_NAME, "%s", line);
	}
	return 0;
}

int zone_sysid_hostid(const char *digits, struct err *e)
{
	BUF_AUTO b = {0};
	uint32_t id = (uint32_t)strtoul(digits, NULL, 16);
	buf_add(&b, &id, sizeof(id));
	return *digits ? replace("/etc/hostid", 0644, &b, e) : 0;
}
