/* The parts of the HTTP server that need no connection: URLs, JSON, limits, accounts, certificates, the page, zones. */
#include "analytics/http/account.h"
#include "analytics/http/limit.h"
#include "analytics/http/page.h"
#include "analytics/http/slow.h"
#include "analytics/http/put.h"
#include "analytics/http/renew.h"
#include "analytics/http/tls.h"
#include "analytics/http/url.h"
#include "analytics/http/zones.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

struct state {
	struct arena *arena;
	char dir[64];
};

static int setup(void **s)
{
	struct state *st = calloc(1, sizeof *st);
	st->arena = arena_new();
	strcpy(st->dir, "/tmp/glasshouse-http-XXXXXX");
	assert_non_null(mkdtemp(st->dir));
	*s = st;
	return 0;
}

static int teardown(void **s)
{
	struct state *st = *s;
	char command[128];
	snprintf(command, sizeof command, "rm -rf %s", st->dir);
	int r = system(command);
	arena_free(st->arena);
	free(st);
	return r;
}

static void urls(void **s)
{
	struct state *st = *s;
	struct url u;
	struct err e = {0};
	int64_t n;
	assert_int_equal(0, url_parse("/api/v1/datasets/io.ops%5Bfile%3D%2Fa%20b%5D/"
				      "values?start=-5&key=a%26b&key=&x&key=c+d",
				      st->arena, &u, &e));
	assert_int_equal(u.nsegments, 5);
	assert_string_equal(u.segment[3], "io.ops[file=/a b]");
	assert_int_equal(u.nargs, 5);
	assert_string_equal(u.arg[1].value, "a&b");
	assert_string_equal(u.arg[2].value, "");
	assert_string_equal(u.arg[4].value, "c d");
	assert_int_equal(0, url_int(&u, "start", -10, 10, 1, &n, &e));
	assert_int_equal(n, -5);
	assert_int_equal(-1, url_int(&u, "start", 0, 10, 1, &n, &e));
	assert_non_null(strstr(e.text, "start is a whole number from 0 to 10, not \"-5\""));
	assert_int_equal(-1, url_int(&u, "x", 0, 10, 1, &n, &e));
	assert_int_equal(0, url_int(&u, "missing", 0, 10, 7, &n, &e));
	assert_int_equal(n, 7);
	assert_int_equal(0, url_parse("/", st->arena, &u, &e));
	assert_int_equal(u.nsegments, 0);
	static const char *const bad[] = {"",
					  "api",
					  "/a%",
					  "/a%4",
					  "/a%zz",
					  "/a%00b",
					  "/../x",
					  "/a/%2e%2e",
					  "/a b",
					  "/a\x01",
					  "/1/2/3/4/5/6/7/8/9",
					  "/a?b=%",
					  "*"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (url_parse(bad[i], st->arena, &u, &e) == 0)
			fail_msg("\"%s\" was taken", bad[i]);
	char *big = arena_alloc(st->arena, URL_MAX_BYTES + 2);
	memset(big, 'a', URL_MAX_BYTES + 1);
	big[0] = '/';
	assert_int_equal(-1, url_parse(big, st->arena, &u, &e));
}

static void json(void **s)
{
	struct buf b = {0};
	struct put j = {.out = &b};
	(void)s;
	put_open(&j, '{');
	put_kstr(&j, "text", "a\"b\\c\n\x01\x7fü\xff\xc0\xaf€");
	put_key(&j, "list"), put_open(&j, '[');
	put_int(&j, INT64_MIN), put_int(&j, 0), put_num(&j, 1.5), put_num(&j, 1e300),
	    put_num(&j, NAN), put_num(&j, 3);
	put_close(&j, ']');
	put_kbool(&j, "yes", true);
	put_kstr(&j, "none", NULL);
	put_close(&j, '}');
	assert_string_equal(
	    buf_str(&b),
	    "{\"text\":\"a\\\"b\\\\c\\n\\u0001\\u007fü\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd€\","
	    "\"list\":[-9223372036854775808,0,1.5,1e+300,null,3],\"yes\":true,\"none\":null}");
	buf_fini(&b);
}

static void limits(void **s)
{
	struct limit *l = malloc(sizeof *l);
	struct sockaddr_in a = {.sin_family = AF_INET}, b = a;
	struct sockaddr_in6 mapped = {.sin6_family = AF_INET6}, six = mapped, neighbour = mapped;
	int64_t now = 5000000000;
	(void)s;
	inet_pton(AF_INET, "192.0.2.1", &a.sin_addr);
	inet_pton(AF_INET, "192.0.2.2", &b.sin_addr);
	inet_pton(AF_INET6, "::ffff:192.0.2.1", &mapped.sin6_addr);
	inet_pton(AF_INET6, "2001:db8::1", &six.sin6_addr);
	inet_pton(AF_INET6, "2001:db8::2", &neighbour.sin6_addr);
	assert_true(limit_key((void *)&a) == limit_key((void *)&mapped));
	assert_true(limit_key((void *)&six) == limit_key((void *)&neighbour));
	assert_true(limit_key((void *)&a) != limit_key((void *)&b));
	limit_init(l, 2, 5, 42);
	uint64_t ka = limit_key((void *)&a), kb = limit_key((void *)&b);
	for (int i = 0; i < 5; i++)
		assert_true(limit_take(l, ka, 1, now));
	assert_false(limit_take(l, ka, 1, now));
	assert_int_equal(limit_wait_s(l, ka, 1), 1);
	limit_give(l, ka, 1);
	assert_true(limit_take(l, ka, 1, now));
	assert_false(limit_take(l, ka, 1, now));
	assert_true(limit_take(l, kb, 1, now));
	assert_true(limit_take(l, ka, 1, now + 500000000));
	assert_false(limit_take(l, ka, 1, now + 500000000));
	/* Many addresses do not make it forget who asked last. */
	for (uint64_t k = 1000; k < 1000 + LIMIT_SLOTS / 4; k++)
		limit_take(l, k, 1, now + 100);
	assert_false(limit_take(l, ka, 1, now + 500000001));
	free(l);
}

static void accounts(void **s)
{
	struct state *st = *s;
	struct err e = {0};
	struct who who;
	unsigned n;
	char token[TOKEN_TEXT], file[TOKEN_TEXT], again[TOKEN_TEXT];
	const char *db = arena_printf(st->arena, "%s/meta.db", st->dir),
		   *path = arena_printf(st->arena, "%s/token", st->dir);
	struct accounts *a = accounts_open(db, &e);
	assert_non_null(a);
	assert_int_equal(-1, account_put(a, "web", "short", "web", -1, &e));
	assert_int_equal(-1, account_put(a, "a b", "long enough", "", -1, &e));
	assert_int_equal(-1, account_put(a, "local", "long enough", "", -1, &e));
	assert_int_equal(-1, account_put(a, "nobody", NULL, "", -1, &e));
	assert_int_equal(0, account_put(a, "anna", "correct horse", "", -1, &e));
	assert_int_equal(0, account_put(a, "web", "battery staple", "webzone", -1, &e));
	assert_int_equal(-1, account_login(a, "anna", "battery staple", &who, &e));
	assert_int_equal(e.code, EACCES);
	assert_string_equal(who.name, "");
	assert_int_equal(-1, account_login(a, "anna' OR 1=1 --", "x", &who, &e));
	assert_int_equal(0, account_login(a, "web", "battery staple", &who, &e));
	assert_string_equal(who.scope, "webzone");
	assert_int_equal(0, token_make(a, "web", "test", true, 100, token, &e));
	assert_int_equal(0, token_check(a, token, &who, &e));
	assert_string_equal(who.name, "web");
	assert_true(who.session);
	int64_t id = who.token;
	assert_int_equal(-1, token_delete(a, id, "anna", &e));
	/* A new password, and a new zone, end the sessions. */
	assert_int_equal(0, account_put(a, "web", NULL, "otherzone", -1, &e));
	assert_int_equal(-1, token_check(a, token, &who, &e));
	assert_int_equal(0, token_make(a, "web", "over", false, -1, token, &e));
	assert_int_equal(-1, token_check(a, token, &who, &e));
	assert_int_equal(0, token_make(a, "web", "api", false, 0, token, &e));
	struct token_row *rows = token_list(a, "web", &n, &e);
	assert_int_equal(n, 1);
	assert_string_equal(rows[0].label, "api");
	free(rows);
	/* Who is disabled is not let in by anything; what he had works again when he is enabled. */
	assert_int_equal(0, account_put(a, "web", NULL, "webzone", 1, &e));
	assert_int_equal(-1, account_login(a, "web", "battery staple", &who, &e));
	assert_int_equal(-1, token_check(a, token, &who, &e));
	struct account_row *all = account_list(a, &n, &e);
	assert_int_equal(n, 2);
	assert_true(all[1].disabled && !all[0].disabled);
	assert_int_equal(all[1].tokens, 1);
	free(all);
	assert_int_equal(0, account_put(a, "web", "another staple", "webzone", -1, &e));
	assert_int_equal(-1, token_check(a, token, &who, &e));
	assert_int_equal(0, account_put(a, "web", NULL, "webzone", 0, &e));
	assert_int_equal(0, token_check(a, token, &who, &e));
	assert_int_equal(0, account_login(a, "web", "another staple", &who, &e));
	assert_int_equal(0, account_delete(a, "web", &e));
	assert_int_equal(-1, token_check(a, token, &who, &e));
	assert_int_equal(-1, account_delete(a, "web", &e));
	/* The file token: the operator's, the same after a restart, anew when the file is gone. */
	struct stat sb;
	assert_int_equal(0, token_file(a, path, file, &e));
	assert_int_equal(0, stat(path, &sb));
	assert_int_equal(sb.st_mode & 0777, 0600);
	accounts_close(a);
	a = accounts_open(db, &e);
	assert_int_equal(0, token_file(a, path, again, &e));
	assert_string_equal(file, again);
	assert_int_equal(0, token_check(a, file, &who, &e));
	assert_string_equal(who.scope, "");
	unlink(path);
	assert_int_equal(0, token_file(a, path, again, &e));
	assert_string_not_equal(file, again);
	accounts_close(a);
}

static void slow_connections(void **s)
{
	struct slow all;
	struct slow_connection c[3];
	int pair[3][2];
	char byte;
	(void)s;
	slow_init(&all);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair[i]));
		slow_enter(&all, &c[i], pair[i][0]);
	}
	slow_await(&all, &c[0], 100);
	slow_await(&all, &c[1], 200);
	slow_cut(&all, 99);
	assert_int_equal(slow_cut_count(&all), 0);
	slow_cut(&all, 100);
	assert_int_equal(slow_cut_count(&all), 1);
	assert_int_equal(read(pair[0][1], &byte, 1), 0); /* its end */
	assert_int_equal(read(pair[1][1], &byte, 1), -1);
	/* Its request is there; then the next is awaited. What left is not touched. */
	slow_await(&all, &c[1], 0);
	slow_cut(&all, 1000);
	slow_await(&all, &c[1], 300);
	slow_await(&all, &c[2], 300);
	slow_leave(&all, &c[2]);
	slow_cut(&all, 1000);
	assert_int_equal(slow_cut_count(&all), 2);
	assert_int_equal(read(pair[1][1], &byte, 1), 0);
	assert_int_equal(read(pair[2][1], &byte, 1), -1);
	slow_leave(&all, &c[0]);
	slow_leave(&all, &c[1]);
	assert_null(all.first);
	slow_fini(&all);
	for (int i = 0; i < 6; i++)
		close(pair[i / 2][i % 2]);
}

static void certificates(void **s)
{
	struct state *st = *s;
	struct err e = {0};
	char *cert, *key, *cert2, *key2;
	struct stat sb;
	assert_int_equal(0, tls_own(st->dir, &cert, &key, &e));
	assert_int_equal(0, stat(arena_printf(st->arena, "%s/tls.key", st->dir), &sb));
	assert_int_equal(sb.st_mode & 0777, 0600);
	int64_t ends = tls_ends(cert), day = 86400;
	char said[160];
	assert_true(ends > time(NULL) + 729 * day && tls_ends("none") == 0 && tls_ends(NULL) == 0);
	assert_false(tls_warning(ends, time(NULL), true, said, sizeof said));
	assert_false(tls_warning(0, time(NULL), true, said, sizeof said));
	assert_true(tls_warning(ends, ends - 5 * day - 9, true, said, sizeof said));
	assert_string_equal(
	    said, "the certificate of TLS ends in 5 days: analyticsd makes a new one by itself");
	assert_true(tls_warning(ends, ends + day, false, said, sizeof said));
	assert_string_equal(said, "the certificate of TLS has ended 1 day ago: put a new one in "
				  "its place, which is read at once");
	assert_int_equal(0, tls_own(st->dir, &cert2, &key2, &e));
	assert_string_equal(cert, cert2);
	free(cert2), free(key2);
	const char *c1 = arena_printf(st->arena, "%s/tls.cert", st->dir),
		   *k1 = arena_printf(st->arena, "%s/tls.key", st->dir);
	assert_int_equal(0, tls_given(c1, k1, &cert2, &key2, &e));
	free(cert2), free(key2);
	/* The key of another certificate. */
	const char *other = arena_printf(st->arena, "%s/other", st->dir);
	assert_int_equal(0, mkdir(other, 0700));
	assert_int_equal(0, tls_own(other, &cert2, &key2, &e));
	assert_string_not_equal(cert, cert2);
	free(cert2), free(key2), free(cert), free(key);
	assert_int_equal(
	    -1, tls_given(c1, arena_printf(st->arena, "%s/tls.key", other), &cert, &key, &e));
	assert_non_null(strstr(e.text, "do not belong together"));
	assert_int_equal(-1, tls_given("/nonexistent", k1, &cert, &key, &e));
}

/* One of ours is made anew while the daemon runs, with its key; where that cannot be, the one before stays. */
static void certificates_are_renewed(void **s)
{
	struct state *st = *s;
	struct err e = {0};
	struct renew r = {0};
	char said[320];
	int64_t day = 86400;
	assert_int_equal(0, renew_open(&r, st->dir, NULL, NULL, &e));
	char *first = strdup(r.cert), *key = strdup(r.key);
	int64_t ends = renew_ends(&r);
	renew_second(&r, ends - 31 * day);
	assert_string_equal(r.cert, first);
	/* Its folder is gone for a while. */
	const char *away = arena_printf(st->arena, "%s.away", st->dir);
	char *path = arena_printf(st->arena, "%s/tls.cert", st->dir);
	const char *pem = arena_strdup(st->arena, first);
	assert_int_equal(0, rename(st->dir, away));
	renew_second(&r, ends - 20 * day);
	assert_string_equal(r.cert, pem);
	assert_true(renew_warning(&r, ends - 20 * day, said, sizeof said));
	assert_non_null(strstr(said, "could not be renewed: "));
	assert_int_equal(0, rename(away, st->dir));
	/* The file is one of the past, as it would be then. */
	assert_int_equal(0, unlink(path));
	renew_second(&r, ends - 20 * day + 60);
	assert_string_equal(r.cert, first);
	renew_second(&r, ends - 20 * day + 3600);
	assert_string_not_equal(r.cert, first);
	assert_string_equal(r.key, key);
	assert_false(renew_warning(&r, time(NULL), said, sizeof said));
	free(first), free(key);
	renew_close(&r);
	renew_close(&r);
}

/* What is packed is the same. */
static void same_as_plain(const struct page_file *f)
{
	unsigned char *text = malloc(f->as[PAGE_PLAIN].n);
	z_stream z = {.next_in = (Bytef *)(uintptr_t)f->as[PAGE_GZIP].p,
		      .avail_in = (uInt)f->as[PAGE_GZIP].n,
		      .next_out = text,
		      .avail_out = (uInt)f->as[PAGE_PLAIN].n};
	inflateInit2(&z, 15 + 16);
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	inflateEnd(&z);
	assert_memory_equal(text, f->as[PAGE_PLAIN].p, f->as[PAGE_PLAIN].n);
	free(text);
}

static void page_has_its_files(const struct page *p)
{
	const struct page_file *f = page_find(p, "js/heat.js");
	assert_non_null(f);
	assert_string_equal(f->type, "text/javascript; charset=utf-8");
	assert_ptr_equal(page_find(p, ""), page_find(p, "index.html"));
	assert_null(page_find(p, "../Makefile"));
	assert_null(page_find(p, "package.json"));
	same_as_plain(f);
	assert_in_range(page_gzip_bytes(p), 1000, 100 * 1000);
}

static void page(void **s)
{
	struct err e = {0};
	const char *src = getenv("GLASSHOUSE_SOURCE");
	char dir[4096];
	(void)s;
	snprintf(dir, sizeof dir, "%s/web", src ? src : ".");
	struct page *p = page_load(dir, &e), *own = page_load(NULL, &e);
	if (!p || !own)
		fail_msg("%s", e.text);
	page_has_its_files(p);
	page_has_its_files(own);
	/* The page of the program is that of the sources. */
	for (const struct page_packed *row = page_packed; row->path; row++) {
		const struct page_file *f = page_find(p, row->path);
		assert_non_null(f);
		assert_int_equal(f->as[PAGE_PLAIN].n, row->n);
		assert_string_equal(f->etag, page_find(own, row->path)->etag);
	}
	page_free(own);
	page_free(p);
	assert_null(page_load("/nonexistent", &e));
}

static void page_codings(void **s)
{
	struct page_file all = {.as = {{"plain", 5}, {"gz", 2}, {"b", 1}}},
			 no_brotli = {.as = {{"plain", 5}, {"gz", 2}, {NULL, 0}}};
	(void)s;
	static const struct {
		const char *header;
		enum page_coding all, no_brotli;
	} rows[] = {
	    {NULL, PAGE_PLAIN, PAGE_PLAIN},
	    {"", PAGE_PLAIN, PAGE_PLAIN},
	    {"gzip, deflate, br, zstd", PAGE_BROTLI, PAGE_GZIP},
	    {"gzip;q=1.0, br;q=0", PAGE_GZIP, PAGE_GZIP},
	    {"br; q=0.5", PAGE_BROTLI, PAGE_PLAIN},
	    {"gzip;q=0", PAGE_PLAIN, PAGE_PLAIN},
	    {"xbr, brx, x-gzip", PAGE_PLAIN, PAGE_PLAIN},
	    {"GZIP", PAGE_GZIP, PAGE_GZIP},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(page_choose(&all, rows[i].header), rows[i].all);
		assert_int_equal(page_choose(&no_brotli, rows[i].header), rows[i].no_brotli);
	}
}

static void zones(void **s)
{
	struct state *st = *s;
	const char *brand;
#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	static const struct {
		const char *line, *name, *brand;
	} lines[] = {
	    {"5:cpu:/zones/web/x\n0::/a\n", "web", "zone"},
	    {"0::/zones/web@0123abcd", "web", "zone"},
	    {"0::/zones/web@home", "web@home", "zone"},
	    {"0::/docker/" ID "\n", "0123456789ab", "docker"},
	    {"0::/system.slice/docker-" ID ".scope\n", "0123456789ab", "docker"},
	    {"0::/lxc.payload.mail/init\n", "mail", "lxc"},
	    {"0::/user.slice\n5:cpu:/zones/web", NULL, "global"},
	    {"0::/zones/\n", NULL, "global"},
	    {"/zones/web", NULL, "global"},
	    {"", NULL, "global"},
	};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		const char *name = zones_of_cgroup(lines[i].line, st->arena, &brand);
		if (lines[i].name)
			assert_string_equal(name, lines[i].name);
		else
			assert_null(name);
		assert_string_equal(brand, lines[i].brand);
	}
	struct zones z;
	struct err e = {0};
	assert_int_equal(0, zones_read(&z, st->arena, NULL, NULL, &e));
	assert_string_equal(z.at.at[0].name, "global");
	unsigned mine = 0;
	for (size_t i = 0; i < z.at.n; i++)
		for (size_t k = 0; k < z.at.at[i].processes.n; k++)
			mine += z.at.at[i].processes.at[k].pid == getpid();
	assert_int_equal(mine, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(urls, setup, teardown),
	    cmocka_unit_test_setup_teardown(json, setup, teardown),
	    cmocka_unit_test_setup_teardown(limits, setup, teardown),
	    cmocka_unit_test_setup_teardown(accounts, setup, teardown),
	    cmocka_unit_test_setup_teardown(certificates, setup, teardown),
	    cmocka_unit_test_setup_teardown(certificates_are_renewed, setup, teardown),
	    cmocka_unit_test_setup_teardown(slow_connections, setup, teardown),
	    cmocka_unit_test_setup_teardown(page, setup, teardown),
	    cmocka_unit_test_setup_teardown(page_codings, setup, teardown),
	    cmocka_unit_test_setup_teardown(zones, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
