/*
 * bundle.c - glasshouse support-bundle: what somebody who helps wants to see, in one .tar.gz
 *
 * Needs no daemon: what they would tell is taken from their files. What cannot be had is missing, and MANIFEST says why.
 * Secrets never go in, by these rules: of configuration, values whose names say password, secret, token, community,
 * credential or some key are replaced; of addresses only scheme and host stay; the tables of accounts and tokens, keys of TLS
 * and the environment are not looked at; of the database only what the list below names is read.
 */
#include "cmd/glasshouse/glasshouse.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

enum { FILE_BYTES = 8 << 20, COMMAND_S = 20, ROWS = 2000, TAR_BLOCK = 512 };

struct bundle {
	struct options *o;
	gzFile out;
	char name[128]; /* folder of the archive */
	char bin[PATH_MAX];
	struct buf manifest;
	bool failed; /* the archive could not be written */
};

/* ---- the archive: ustar, see tar(5) ---- */

static void octal(char *field, size_t size, uint64_t v)
{
	snprintf(field, size, "%0*llo", (int)size - 1, (unsigned long long)v);
}

static void add(struct bundle *b, const char *name, const struct buf *content)
{
	char h[TAR_BLOCK] = {0}, zeros[TAR_BLOCK] = {0};
	unsigned sum = 0;
	snprintf(h, 100, "%s/%s", b->name, name);
	octal(h + 100, 8, 0600);
	octal(h + 108, 8, 0);
	octal(h + 116, 8, 0);
	octal(h + 124, 12, content->n);
	octal(h + 136, 12, (uint64_t)time(NULL));
	memset(h + 148, ' ', 8);
	h[156] = '0';
	memcpy(h + 257, "ustar\00000", 8);
	for (int i = 0; i < TAR_BLOCK; i++)
		sum += (unsigned char)h[i];
	snprintf(h + 148, 8, "%06o", sum);
	size_t pad = (TAR_BLOCK - content->n % TAR_BLOCK) % TAR_BLOCK;
	if (gzwrite(b->out, h, TAR_BLOCK) != TAR_BLOCK ||
	    (content->n && gzwrite(b->out, content->p, (unsigned)content->n) != (int)content->n) ||
	    (pad && gzwrite(b->out, zeros, (unsigned)pad) != (int)pad))
		b->failed = true;
	buf_printf(&b->manifest, "%-32s %zu bytes\n", name, content->n);
}

static void missing(struct bundle *b, const char *name, const char *why)
{
	buf_printf(&b->manifest, "%-32s missing: %s\n", name, why);
}

/* ---- secrets ---- */

static bool secret_name(const char *name, size_t n)
{
	static const char *const words[] = {"password",	  "passwd", "secret", "token", "community",
					    "credential", "_key",   "-key",   ".key",  "apikey"};
	char lower[64];
	n = n < sizeof(lower) - 1 ? n : sizeof(lower) - 1;
	for (size_t i = 0; i < n; i++)
		lower[i] = (char)tolower((unsigned char)name[i]);
	lower[n] = 0;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strstr(lower, words[i]))
			return true;
	return false;
}

/* Of scheme://user:password@host/path?query only scheme and host stay. -> behind it, or NULL when p begins no address. */
static const char *put_address(const char *p, struct buf *out)
{
	size_t scheme =
	    strspn(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+.-0123456789");
	if (!scheme || strncmp(p + scheme, "://", 3) != 0)
		return NULL;
	const char *host = p + scheme + 3, *end = host + strcspn(host, " \t\"'<>\r\n,;\\");
	size_t n = strcspn(host, "/?# \t\"'<>\r\n,;\\");
	for (size_t i = 0; i < n; i++)
		if (host[i] == '@') {
			host += i + 1;
			n -= i + 1;
			i = (size_t)-1;
		}
	buf_add(out, p, scheme + 3);
	buf_add(out, host, n);
	if (host + n < end)
		buf_puts(out, "/(not shown)");
	return end;
}

/* A line of configuration: "name = value", "name: value", words "name=value", with addresses in them. */
static void put_line(const char *line, size_t n, struct buf *out)
{
	char *copy = strndup(line, n);
	const char *p = copy;
	if (!copy)
		return;
	while (*p) {
		const char *after = put_address(p, out);
		if (after) {
			p = after;
			continue;
		}
		size_t word =
		    strspn(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");
		size_t blanks = strspn(p + word, " \t\"");
		char sign = p[word + blanks];
		if (word && (sign == '=' || sign == ':') && secret_name(p, word)) {
			buf_add(out, p, word + blanks + 1);
			buf_puts(out, " (not shown)");
			break; /* whatever follows may belong to it */
		}
		buf_add(out, p, word ? word : 1);
		p += word ? word : 1;
	}
	buf_putc(out, '\n');
	free(copy);
}

/* Text that has no names of ours in it: addresses only. */
static void put_addresses(const char *p, struct buf *out)
{
	while (*p) {
		const char *after = put_address(p, out);
		size_t word =
		    after
			? 0
			: strspn(
			      p,
			      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-");
		if (!after)
			buf_add(out, p, word ? word : 1);
		p = after ? after : p + (word ? word : 1);
	}
}

static void put_safely(const char *text, struct buf *out)
{
	while (*text) {
		size_t n = strcspn(text, "\n");
		put_line(text, n, out);
		text += n + (text[n] == '\n');
	}
}

/* ---- files ---- */

static bool read_whole(const char *path, struct buf *out, char *why, size_t size)
{
	char part[65536];
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		snprintf(why, size, "%s", fd < 0 ? strerror(errno) : "not a file");
		if (fd >= 0)
			close(fd);
		return false;
	}
	/* Of a long one the end, which is the newest. */
	if (st.st_size > FILE_BYTES)
		lseek(fd, -(off_t)FILE_BYTES, SEEK_END);
	for (ssize_t n; out->n < FILE_BYTES && (n = read(fd, part, sizeof(part))) > 0;)
		buf_add(out, part, (size_t)n);
	close(fd);
	return true;
}

static void add_text_file(struct bundle *b, const char *name, const char *path)
{
	BUF_AUTO raw = {0}, safe = {0};
	char why[128];
	if (!read_whole(path, &raw, why, sizeof(why))) {
		missing(b, name, why);
		return;
	}
	put_safely(buf_str(&raw), &safe);
	add(b, name, &safe);
}

static void add_folder(struct bundle *b, const char *as, const char *folder, const char *but)
{
	DIR *d = opendir(folder);
	int n = 0;
	if (!d) {
		missing(b, as, strerror(errno));
		return;
	}
	for (struct dirent *x; (x = readdir(d)) && n < 64;) {
		char name[96], path[PATH_MAX];
		if (x->d_name[0] == '.' || strlen(x->d_name) > 48 ||
		    (but && strstr(x->d_name, but)))
			continue;
		if (strstr(x->d_name, ".pem") || secret_name(x->d_name, strlen(x->d_name)))
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, x->d_name);
		snprintf(name, sizeof(name), "%s/%s", as, x->d_name);
		add_text_file(b, name, path);
		n++;
	}
	closedir(d);
}

/* ---- commands ---- */

static bool run_command(char *const argv[], struct buf *out)
{
	int pipes[2], status = 0;
	if (pipe2(pipes, O_CLOEXEC) < 0)
		return false;
	pid_t pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDONLY);
		dup2(null, 0);
		dup2(pipes[1], 1);
		dup2(pipes[1], 2);
		setpgid(0, 0);
		execvp(argv[0], argv);
		_exit(127);
	}
	close(pipes[1]);
	time_t end = time(NULL) + COMMAND_S;
	char part[4096];
	for (ssize_t n = 1; n > 0 && time(NULL) < end;) {
		struct pollfd p = {pipes[0], POLLIN, 0};
		if (poll(&p, 1, 1000) <= 0)
			continue;
		n = read(pipes[0], part, sizeof(part));
		if (n > 0 && out->n < FILE_BYTES)
			buf_add(out, part, (size_t)n);
	}
	close(pipes[0]);
	if (pid > 0) {
		kill(-pid, SIGKILL);
		waitpid(pid, &status, 0);
	}
	return out->n > 0 && !(WIFEXITED(status) && WEXITSTATUS(status) == 127);
}

static void add_command(struct bundle *b, const char *name, const char *program, ...)
{
	char path[PATH_MAX + 64];
	char *argv[16] = {path};
	va_list ap;
	snprintf(path, sizeof(path), "%s/%s", b->bin, program);
	if (access(path, X_OK) < 0)
		snprintf(path, sizeof(path), "%s", program);
	va_start(ap, program);
	for (int i = 1; i < 15 && (argv[i] = va_arg(ap, char *)); i++)
		;
	va_end(ap);
	BUF_AUTO raw = {0}, safe = {0};
	if (!run_command(argv, &raw)) {
		missing(b, name, "the command is not here, or had nothing to say");
		return;
	}
	put_safely(buf_str(&raw), &safe);
	add(b, name, &safe);
}

/* ---- what there is ---- */

static void versions(struct bundle *b)
{
	struct utsname u;
	BUF_AUTO out = {0};
	uname(&u);
	buf_printf(&out, "glasshouse %s\n%s %s %s %s\nsqlite %s\nlibcurl %s\n", GLASSHOUSE_VERSION,
		   u.sysname, u.release, u.version, u.machine, sqlite3_libversion(),
		   curl_version());
	add(b, "versions.txt", &out);
	add_text_file(b, "os-release.txt", "/usr/lib/os-release");
}

static void features(struct bundle *b)
{
	add_command(b, "features.txt", "dtrace", "-xfeatures", NULL);
}

static void system_state(struct bundle *b)
{
	static const char *const files[] = {
	    "loadavg",	   "meminfo",	      "stat",	   "self/mounts", "cgroups", "pressure/cpu",
	    "pressure/io", "pressure/memory", "diskstats", "uptime"};
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char path[64], name[64];
		snprintf(path, sizeof(path), "/proc/%s", files[i]);
		snprintf(name, sizeof(name), "system/%s", files[i]);
		for (char *p = name + 7; *p; p++)
			if (*p == '/')
				*p = '-';
		add_text_file(b, name, path);
	}
}

static void daemons(struct bundle *b)
{
	DIR *d = opendir("/proc");
	BUF_AUTO out = {0};
	for (struct dirent *x; d && (x = readdir(d));) {
		char path[64], comm[32] = "", why[64];
		BUF_AUTO status = {0};
		if (!isdigit((unsigned char)x->d_name[0]) || strlen(x->d_name) > 10)
			continue;
		snprintf(path, sizeof(path), "/proc/%s/comm", x->d_name);
		FILE *f = fopen(path, "re");
		if (f && fgets(comm, sizeof(comm), f))
			comm[strcspn(comm, "\n")] = 0;
		if (f)
			fclose(f);
		if (strcmp(comm, "dtraced") != 0 && strcmp(comm, "analyticsd") != 0 &&
		    strcmp(comm, "glasshouse") != 0)
			continue;
		snprintf(path, sizeof(path), "/proc/%s/status", x->d_name);
		if (read_whole(path, &status, why, sizeof(why)))
			buf_printf(&out, "== %s %s\n%s\n", comm, x->d_name, buf_str(&status));
	}
	if (d)
		closedir(d);
	if (!out.n)
		buf_puts(&out, "neither dtraced nor analyticsd runs\n");
	add(b, "daemons.txt", &out);
}

static void logs(struct bundle *b)
{
	char folder[PATH_MAX];
	snprintf(folder, sizeof(folder), "%s/log", b->o->data);
	add_folder(b, "log", folder, NULL);
	add_command(b, "journal.txt", "journalctl", "--no-pager", "-q", "-n", "5000", "-u",
		    "dtraced", "-u", "analyticsd", NULL);
}

static void configuration(struct bundle *b)
{
	add_folder(b, "etc", "/etc/glasshouse", NULL);
}

static void zones(struct bundle *b)
{
	add_command(b, "zones.txt", "zoneadm", "list", "-cv", NULL);
	add_command(b, "processes.txt", "ps", "-eo", "pid,ppid,uid,stat,rss,pcpu,comm", NULL);
}

/* ---- the database, without its daemon ---- */

static const struct {
	const char *name, *sql;
} tables[] = {
    {"thresholds", "SELECT id, scope, spec FROM alert_threshold ORDER BY id"},
    {"alerts", "SELECT id, threshold, scope, name, dataset, key, severity, absent, began, posted, "
	       "cleared, reposts, value, worst,"
	       " threshold_limit, quietly, acknowledged, text FROM alert ORDER BY id DESC"},
    {"deliveries", "SELECT id, alert, threshold, event, action, state, attempts, made, next, "
		   "ended, error FROM alert_delivery"
		   " ORDER BY id DESC"},
    {"datasets", "SELECT * FROM dataset ORDER BY id"},
    {"statistics", "SELECT name, text FROM user_stat ORDER BY name"},
    {"migrations", "SELECT owner, max(number) FROM migration GROUP BY owner"},
    {"blocks", "SELECT dataset, level, count(*), max(last), sum(length(data)) FROM block GROUP BY "
	       "dataset, level"},
    {"accounts", "SELECT count(*) AS how_many FROM account"},
};

static void dump_table(struct bundle *b, sqlite3 *db, const char *table, const char *sql)
{
	sqlite3_stmt *s = NULL;
	char name[64];
	BUF_AUTO out = {0};
	snprintf(name, sizeof(name), "database/%s.txt", table);
	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK) {
		missing(b, name, sqlite3_errmsg(db));
		return;
	}
	for (int i = 0; i < ROWS && sqlite3_step(s) == SQLITE_ROW; i++) {
		for (int k = 0; k < sqlite3_column_count(s); k++) {
			const char *text = sqlite3_column_type(s, k) == SQLITE_BLOB
					       ? "(bytes)"
					       : (const char *)sqlite3_column_text(s, k);
			BUF_AUTO safe = {0};
			put_safely(text ? text : "", &safe);
			buf_printf(&out, "%s: %s%s", sqlite3_column_name(s, k), buf_str(&safe),
				   safe.n ? "" : "\n");
		}
		buf_putc(&out, '\n');
	}
	sqlite3_finalize(s);
	add(b, name, &out);
}

static void database(struct bundle *b)
{
	char path[PATH_MAX + 32];
	sqlite3 *db = NULL;
	snprintf(path, sizeof(path), "%s/analytics.db", b->o->data);
	if (access(path, R_OK) < 0 ||
	    sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) {
		missing(b, "database", db ? sqlite3_errmsg(db) : strerror(errno));
		sqlite3_close(db);
		return;
	}
	sqlite3_busy_timeout(db, 5000);
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		dump_table(b, db, tables[i].name, tables[i].sql);
	sqlite3_close(db);
}

/* ---- recent data ---- */

static void add_answer(struct bundle *b, struct client *c, const char *name, const char *path)
{
	BUF_AUTO raw = {0}, safe = {0};
	struct err e = {0};
	if (client_get(c, path, &raw, &e) < 0) {
		missing(b, name, e.text);
		return;
	}
	put_addresses(buf_str(&raw), &safe);
	add(b, name, &safe);
}

/* From the daemon where it answers; otherwise the journal of the store's newest seconds, as it lies there. */
static void recent(struct bundle *b)
{
	struct client c;
	struct err e = {0};
	size_t i;
	json_t *d, *j = NULL;
	if (client_open(&c, b->o, &e) == 0)
		j = client_call(&c, "GET", "datasets", NULL, &e);
	if (!j) {
		missing(b, "recent", e.text);
		client_close(&c);
		return;
	}
	add_answer(b, &c, "recent/status.json", "status");
	add_answer(b, &c, "recent/datasets.json", "datasets");
	json_array_foreach(json_object_get(j, "datasets"), i, d)
	{
		char path[96], name[64];
		int id = (int)number(d, "id");
		bool map = strstr(member(d, "kind"), "dist") != NULL;
		snprintf(path, sizeof(path), "datasets/%d/%s?points=600", id,
			 map ? "heatmap" : "values");
		snprintf(name, sizeof(name), "recent/dataset-%d.json", id);
		add_answer(b, &c, name, path);
	}
	json_decref(j);
	client_close(&c);
}

static void journal_files(struct bundle *b)
{
	DIR *d = opendir(b->o->data);
	int n = 0;
	for (struct dirent *x; d && (x = readdir(d)) && n < 4;) {
		char path[PATH_MAX + 64], name[96], why[128];
		BUF_AUTO raw = {0};
		if (strncmp(x->d_name, "journal", 7) != 0 || strlen(x->d_name) > 48)
			continue;
		snprintf(path, sizeof(path), "%s/%s", b->o->data, x->d_name);
		snprintf(name, sizeof(name), "recent/%s", x->d_name);
		if (read_whole(path, &raw, why, sizeof(why))) {
			add(b, name, &raw);
			n++;
		}
	}
	if (d)
		closedir(d);
	if (!n)
		missing(b, "recent/journal", "there is none");
}

/* ---- the whole ---- */

static const struct {
	const char *what;
	void (*fn)(struct bundle *b);
} steps[] = {
    {"versions", versions},
    {"features of this kernel", features},
    {"state of the system", system_state},
    {"daemons", daemons},
    {"logs", logs},
    {"configuration, without secrets", configuration},
    {"zones and processes", zones},
    {"database", database},
    {"recent data", recent},
    {"journal of the store", journal_files},
};

static int collect(struct bundle *b, struct err *e)
{
	int n = (int)(sizeof(steps) / sizeof(steps[0]));
	for (int i = 0; i < n && !b->failed; i++) {
		fprintf(stderr, "[%2d/%d] %s\n", i + 1, n, steps[i].what);
		steps[i].fn(b);
	}
	BUF_AUTO manifest = {0};
	buf_add(&manifest, b->manifest.p, b->manifest.n);
	add(b, "MANIFEST", &manifest);
	char end[2 * TAR_BLOCK] = {0};
	bool whole = !b->failed && gzwrite(b->out, end, sizeof(end)) == sizeof(end);
	whole = gzclose(b->out) == Z_OK && whole;
	return whole ? 0 : err_set(e, ENOSPC, "the archive could not be written: is there room?");
}

int cmd_bundle(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {{"output", required_argument, NULL, 'o'}, {0}};
	struct bundle b = {.o = o};
	struct err e = {0};
	char file[PATH_MAX] = "", when[32];
	time_t now = time(NULL);
	struct tm tm;
	optind = 0;
	for (int ch; (ch = getopt_long(argc, argv, "o:", longs, NULL)) != -1;) {
		if (ch != 'o')
			return misused("support-bundle: [-o FILE]");
		snprintf(file, sizeof(file), "%s", optarg);
	}
	gmtime_r(&now, &tm);
	strftime(when, sizeof(when), "%Y%m%dT%H%M%SZ", &tm);
	snprintf(b.name, sizeof(b.name), "glasshouse-%s", when);
	if (!*file)
		snprintf(file, sizeof(file), "%s.tar.gz", b.name);
	ssize_t n = readlink("/proc/self/exe", b.bin, sizeof(b.bin) - 1);
	b.bin[n > 0 ? n : 0] = 0;
	if (strrchr(b.bin, '/'))
		*strrchr(b.bin, '/') = 0;
	/* For its owner only, and never over something that is there. */
	int fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	b.out = fd >= 0 ? gzdopen(fd, "wb6") : NULL;
	if (!b.out) {
		err_sys(&e, errno, "%s", file);
		return complain(&e);
	}
	int status = collect(&b, &e);
	buf_fini(&b.manifest);
	if (status < 0) {
		unlink(file);
		return complain(&e);
	}
	puts(file);
	return E_OK;
}
