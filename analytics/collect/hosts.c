/*
 * hosts.c - see hosts.h
 */
#include "analytics/collect/hosts.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { FILE_BYTES = 64 * 1024 };

/* The next word of a line, which it ends; NULL: there is none. */
static char *word(char **at)
{
	char *w = *at + strspn(*at, " \t\r");
	size_t n = strcspn(w, " \t\r");
	*at = w + n + (w[n] != '\0');
	w[n] = '\0';
	return n ? w : NULL;
}

static bool is_name(const char *s)
{
	if (!isalnum((unsigned char)*s) || strlen(s) >= HOSTS_NAME_BYTES)
		return false;
	for (; *s; s++)
		if (!isalnum((unsigned char)*s) && !strchr("._-", *s))
			return false;
	return true;
}

/* Does a token that goes there stay on this host? */
static bool is_own(const char *url)
{
	static const char *const own[] = {"http://127.", "http://localhost:", "http://[::1]:"};
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (strncmp(url, own[i], strlen(own[i])) == 0)
			return true;
	return false;
}

static int take_url(struct host *to, char *url, struct err *e)
{
	size_t n = strlen(url);
	if ((strncmp(url, "https://", 8) != 0 && strncmp(url, "http://", 7) != 0) ||
	    strpbrk(url, "?#@\"\\") || !strchr(url + 7, ':'))
		return err_set(e, EINVAL, "\"%.100s\" is no address such as https://10.1.1.5:8411",
			       url);
	if (strncmp(url, "http://", 7) == 0 && !is_own(url))
		return err_set(e, EINVAL,
			       "%.100s would tell the token to who listens: https:// is wanted",
			       url);
	if (url[n - 1] == '/')
		url[n - 1] = '\0';
	to->url = url;
	return 0;
}

static int take_option(struct host *to, const char *w, struct err *e)
{
	const struct {
		const char *name;
		const char **value;
	} options[] = {{"token=", &to->token}, {"ca=", &to->ca}, {"pin=", &to->pin}};
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		size_t n = strlen(options[i].name);
		if (strncmp(w, options[i].name, n) == 0 && w[n]) {
			*options[i].value = w + n;
			return 0;
		}
	}
	return err_set(e, EINVAL, "\"%.40s\": token=, ca= or pin= is wanted", w);
}

static int take_line(struct hosts *h, char *line, struct err *e)
{
	char *at = line, *name = word(&at), *url = word(&at), *w;
	struct host *to = &h->at[h->n];
	if (!name || *name == '#')
		return 0;
	if (h->n == HOSTS_MAX)
		return err_set(e, ENOSPC, "there are %d hosts at most", HOSTS_MAX);
	if (!is_name(name))
		return err_set(e, EINVAL, "\"%.80s\" is no name: letters, digits, . _ - are", name);
	for (unsigned i = 0; i < h->n; i++)
		if (strcmp(h->at[i].name, name) == 0)
			return err_set(e, EINVAL, "%s is there twice", name);
	*to = (struct host){.name = name};
	if (!url)
		return err_set(e, EINVAL, "the address of %s is missing", name);
	if (take_url(to, url, e) < 0)
		return -1;
	while ((w = word(&at)))
		if (take_option(to, w, e) < 0)
			return -1;
	if (!to->token)
		return err_set(e, EINVAL, "%s has no token=: make one there, by glasshouse token",
			       name);
	h->n++;
	return 0;
}

int hosts_parse(struct hosts *h, const char *text, const char *path, struct err *e)
{
	*h = (struct hosts){.arena = arena_new(), .path = ""};
	if (!h->arena)
		return err_set(e, ENOMEM, "out of memory");
	h->path = arena_strdup(h->arena, path);
	char *at = arena_strdup(h->arena, text);
	for (unsigned n = 1; at; n++) {
		char *line = strsep(&at, "\n");
		if (take_line(h, line, e) < 0)
			return err_wrap(e, "%s:%u", path, n);
	}
	return 0;
}

int hosts_read(struct hosts *h, const char *path, struct err *e)
{
	static const char none[] = "";
	char text[FILE_BYTES];
	struct stat st;
	FILE *f = path && *path ? fopen(path, "re") : NULL;
	*h = (struct hosts){.path = none};
	if (!f)
		return !path || !*path || errno == ENOENT ? 0 : err_sys(e, errno, "%s", path);
	size_t n = fread(text, 1, sizeof(text) - 1, f);
	bool known = fstat(fileno(f), &st) == 0;
	fclose(f);
	text[n] = '\0';
	if (!known || st.st_mode & 077)
		return err_set(e, EACCES, "%s: others can read the tokens in it: chmod 600", path);
	if (n == sizeof(text) - 1 || strlen(text) != n)
		return err_set(e, EINVAL, "%s is no text, or longer than %d bytes", path,
			       FILE_BYTES - 2);
	return hosts_parse(h, text, path, e);
}

void hosts_free(struct hosts *h)
{
	arena_free(h->arena);
	*h = (struct hosts){0};
}
