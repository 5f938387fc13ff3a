/*
 * rt_ref.h - the subroutines of D once more, in plain C, for test_rt.c to compare with
 *
 * Written from the documented behaviour: pointers and nested loops, whatever is plainest. Each gets
 * the inputs and strsize, may write text to dst, and returns what the routine returns.
 */
#ifndef TEST_RT_REF_H
#define TEST_RT_REF_H

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct in {
	char a[8400], b[8400];
	int64_t v, w;
};

static int64_t put(char *dst, uint32_t size, const char *s, size_t n)
{
	if (n > size - 1)
		n = size - 1;
	memcpy(dst, s, n);
	dst[n] = 0;
	return (int64_t)n;
}

static int64_t ref_strcmp(const struct in *in, uint32_t size, char *dst)
{
	int c = strcmp(in->a, in->b);

	(void)size, (void)dst;
	return c < 0 ? -1 : c > 0;
}

static int64_t ref_strlen(const struct in *in, uint32_t size, char *dst)
{
	(void)size, (void)dst;
	return (int64_t)strlen(in->a);
}

static int64_t ref_strcpy(const struct in *in, uint32_t size, char *dst)
{
	return put(dst, size, in->a, strlen(in->a));
}

static int64_t ref_strchr(const struct in *in, uint32_t size, char *dst)
{
	const char *p = strchr(in->a, (int)in->v);

	(void)size, (void)dst;
	return p ? p - in->a : -1;
}

static int64_t ref_strrchr(const struct in *in, uint32_t size, char *dst)
{
	const char *p = strrchr(in->a, (int)in->v);

	(void)size, (void)dst;
	return p ? p - in->a : -1;
}

static int64_t ref_index(const struct in *in, uint32_t size, char *dst)
{
	int64_t n = (int64_t)strlen(in->a), m = (int64_t)strlen(in->b), i = in->v;

	(void)size, (void)dst;
	if (!n && !m)
		return 0;
	if (i < 0)
		i = 0;
	if (i >= n)
		return m ? -1 : n;
	for (; i < n; i++)
		if (!strncmp(in->a + i, in->b, (size_t)m))
			return i;
	return -1;
}

static int64_t ref_rindex(const struct in *in, uint32_t size, char *dst)
{
	int64_t n = (int64_t)strlen(in->a), m = (int64_t)strlen(in->b), i = in->v;

	(void)size, (void)dst;
	if (!n && !m)
		return 0;
	if (i < 0)
		return m ? -1 : 0;
	for (i = i > n ? n : i; i >= 0; i--)
		if (!strncmp(in->a + i, in->b, (size_t)m))
			return i;
	return -1;
}

static int64_t ref_strtok(const struct in *in, uint32_t size, char *dst)
{
	int64_t n = (int64_t)strlen(in->a), i = in->v, from;

	if (i < 0 || i > n)
		return -1;
	i += (int64_t)strspn(in->a + i, in->b);
	if (!in->a[i])
		return -1;
	from = i;
	i += (int64_t)strcspn(in->a + i, in->b);
	put(dst, size, in->a + from, (size_t)(i - from));
	return i;
}

static int64_t ref_substr(const struct in *in, uint32_t size, char *dst)
{
	int64_t n = (int64_t)strlen(in->a), index = in->v, remaining = in->w;

	if (remaining == INT64_MAX)
		remaining = size;
	if (index < 0) {
		index += n;
		if (index < 0 && (int64_t)((uint64_t)index + (uint64_t)remaining) > 0) {
			remaining = (int64_t)((uint64_t)remaining + (uint64_t)index);
			index = 0;
		}
	}
	if (index < 0 || index >= n)
		return put(dst, size, "", 0);
	if (remaining < 0)
		remaining = (int64_t)((uint64_t)remaining + (uint64_t)(n - index));
	if (remaining > n - index)
		remaining = n - index;
	return put(dst, size, in->a + index, remaining > 0 ? (size_t)remaining : 0);
}

static int64_t ref_strjoin(const struct in *in, uint32_t size, char *dst)
{
	char both[16900];

	snprintf(both, sizeof(both), "%s%s", in->a, in->b);
	put(dst, size, both, strlen(both));
	return strlen(both) < size ? (int64_t)strlen(both) : size; /* any value >= size: cut */
}

static int64_t ref_basename(const struct in *in, uint32_t size, char *dst)
{
	size_t n = strlen(in->a), from;

	if (!n)
		return put(dst, size, ".", 1);
	while (n && in->a[n - 1] == '/')
		n--;
	if (!n)
		return put(dst, size, "/", 1);
	for (from = n; from && in->a[from - 1] != '/';)
		from--;
	return put(dst, size, in->a + from, n - from);
}

static int64_t ref_dirname(const struct in *in, uint32_t size, char *dst)
{
	size_t n = strlen(in->a);

	if (!n)
		return put(dst, size, ".", 1);
	while (n && in->a[n - 1] == '/')
		n--;
	if (!n)
		return put(dst, size, "/", 1);
	while (n && in->a[n - 1] != '/')
		n--;
	if (!n)
		return put(dst, size, ".", 1);
	while (n && in->a[n - 1] == '/')
		n--;
	return n ? put(dst, size, in->a, n) : put(dst, size, "/", 1);
}

static int64_t ref_cleanpath(const struct in *in, uint32_t size, char *dst)
{
	const char *s = in->a;
	size_t n = 0;

	dst[0] = s[0];
	while (*s && n + 5 < size) {
		size_t keep;

		if (*s != '/') {
			dst[n++] = *s++;
		} else if (s[1] == '/') {
			s++;
		} else if (s[1] == '.' && s[2] == '/') {
			s += 2;
		} else if (s[1] == '.' && s[2] == '.' && (s[3] == '/' || !s[3])) {
			while (n && dst[--n] != '/')
				;
			s += 3;
			if (!*s)
				n++; /* the slash stays */
		} else {	     /* goes over as one: cut only behind */
			for (keep = 1; keep < 3 && s[keep] == '.';)
				keep++;
			keep += s[keep] != 0;
			memcpy(dst + n, s, keep);
			n += keep;
			s += keep;
		}
	}
	dst[n] = 0;
	return (int64_t)n;
}

static int64_t ref_lltostr(const struct in *in, uint32_t size, char *dst)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	uint64_t base = in->w ? (uint64_t)in->w : 10, u = (uint64_t)in->v;
	char text[80], *p = text + sizeof(text);

	if (base < 2 || base > 36)
		return -1;
	if (base == 10 && in->v < 0)
		u = -u;
	do {
		*--p = digits[u % base];
		u /= base;
	} while (u);
	if (base == 16)
		*--p = 'x';
	if (base == 16 || (base == 8 && in->v))
		*--p = '0';
	if (base == 10 && in->v < 0)
		*--p = '-';
	return put(dst, size, p, (size_t)(text + sizeof(text) - p));
}

static int digit_of(int c)
{
	return isdigit(c) ? c - '0' : isalpha(c) ? tolower(c) - 'a' + 10 : 99;
}

static int64_t ref_strtoll(const struct in *in, uint32_t size, char *dst)
{
	const char *s = in->a + strspn(in->a, " \t");
	int base = in->w ? (int)in->w : 10;
	bool negative = *s == '-';
	uint64_t v = 0;

	(void)size, (void)dst;
	s += *s == '-' || *s == '+';
	if (base == 16 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X') && isxdigit(s[2]))
		s += 2;
	for (; *s && (unsigned char)*s < 128 && digit_of(*s) < base; s++)
		v = v * (uint64_t)base + (uint64_t)digit_of(*s);
	return (int64_t)(negative ? -v : v);
}

static int64_t ref_case(const struct in *in, uint32_t size, char *dst, char first, char last)
{
	int64_t n = put(dst, size, in->a, strlen(in->a));

	for (char *p = dst; *p; p++)
		if (*p >= first && *p <= last)
			*p ^= 0x20;
	return n;
}

static int64_t ref_toupper(const struct in *in, uint32_t size, char *dst)
{
	return ref_case(in, size, dst, 'a', 'z');
}

static int64_t ref_tolower(const struct in *in, uint32_t size, char *dst)
{
	return ref_case(in, size, dst, 'A', 'Z');
}

static int64_t ref_inet_ntoa(const struct in *in, uint32_t size, char *dst)
{
	const uint8_t *p = (const uint8_t *)&in->v;
	char text[64];

	snprintf(text, sizeof(text), "%u.%u.%u.%u", p[0], p[1], p[2], p[3]);
	return put(dst, size, text, strlen(text));
}

/* The longest run of zero groups as first group and length. A later run wins a tie when a group
 * 00xx follows it, since a run is measured in bytes up to the first that is not zero; at the end of
 * the address the last byte is not counted. */
static int longest_run(const uint8_t *p, int *first)
{
	int best = 1, groups = 0;

	*first = -1;
	for (int from = 0; from < 16;) {
		int end = from;

		while (end < 16 && !p[end])
			end++;
		if (end - from < 2) {
			from += 2;
			continue;
		}
		if ((end == 16 ? 15 : end) - from > best) {
			*first = from / 2;
			groups = end / 2 - from / 2;
			best = 2 * groups;
		}
		from = end / 2 * 2 + 2;
	}
	return groups;
}

static int64_t ref_inet6(const struct in *in, uint32_t size, char *dst, bool v4_alone)
{
	const uint8_t *p = (const uint8_t *)in->a;
	static const uint8_t zero[16], one[4] = {0, 0, 0, 1}, ff[2] = {0xff, 0xff};
	bool mapped = !memcmp(p, zero, 10) && !memcmp(p + 10, ff, 2);
	bool compat = !memcmp(p, zero, 12) && memcmp(p + 12, zero, 4) && memcmp(p + 12, one, 4);
	int first, run = longest_run(p, &first), end = mapped || compat ? 6 : 8;
	char text[128] = "", *t = text;

	for (int i = 0; i < end && ((!mapped && !compat) || !v4_alone);) {
		if (i == first && first + run <= end) {
			t += sprintf(t, "::");
			i += run;
			continue;
		}
		t += sprintf(t, "%x", p[2 * i] << 8 | p[2 * i + 1]);
		i++;
		if (i < 8 && i != first)
			t += sprintf(t, ":");
	}
	if (mapped || compat)
		sprintf(t, "%u.%u.%u.%u", p[12], p[13], p[14], p[15]);
	return put(dst, size, text, strlen(text));
}

static int64_t ref_inet_ntoa6(const struct in *in, uint32_t size, char *dst)
{
	return ref_inet6(in, size, dst, true);
}

static int64_t ref_inet_ntop6(const struct in *in, uint32_t size, char *dst)
{
	return ref_inet6(in, size, dst, false);
}

static int64_t ref_link_ntop(const struct in *in, uint32_t size, char *dst)
{
	char text[64] = "";

	for (int i = 0; i < in->v && i < 20; i++)
		sprintf(text + strlen(text), "%s%02x", i ? ":" : "", (uint8_t)in->a[i]);
	return put(dst, size, text, strlen(text));
}

static int64_t ref_memeq(const struct in *in, uint32_t size, char *dst)
{
	(void)size, (void)dst;
	return !memcmp(in->a, in->b, 24);
}

/* ---- json: recursive descent ---- */

struct ref_json {
	const char *s;
	bool bad;
};

static void j_space(struct ref_json *j)
{
	j->s += strspn(j->s, " \t\n\v\f\r");
}

/* Past a string that begins here; its text without the quotes. */
static void j_string(struct ref_json *j, const char **text, size_t *n)
{
	*text = ++j->s;
	while (*j->s && *j->s != '"') {
		if (*j->s++ != '\\')
			continue;
		if (*j->s == 'u')
			for (int i = 1; i <= 4; i++)
				if (!isxdigit((unsigned char)j->s[i])) {
					j->bad = true;
					return;
				}
		j->s += *j->s == 'u' ? 5 : *j->s != 0;
	}
	*n = (size_t)(j->s - *text);
	if (!*j->s)
		j->bad = true;
	else
		j->s++;
}

/* Past an object or array, as text: only strings and brackets are looked at. */
static void j_nested(struct ref_json *j)
{
	int braces = 0, brackets = 0;
	bool string = false;

	for (; *j->s; j->s++) {
		char c = *j->s;

		if (string) {
			if (c == '\\' && j->s[1])
				j->s++;
			else if (c == '"')
				string = false;
			continue;
		}
		string = c == '"';
		braces += c == '{';
		brackets += c == '[';
		if ((c == '}' && !braces--) || (c == ']' && !brackets--))
			break;
		if (!braces && !brackets) {
			j->s++;
			return;
		}
	}
	j->bad = true;
}

static bool j_scalar(struct ref_json *j)
{
	const char *from = j->s;

	if (islower((unsigned char)*j->s)) {
		while (islower((unsigned char)*j->s))
			j->s++;
		size_t n = (size_t)(j->s - from);
		return (n == 4 && (!memcmp(from, "true", 4) || !memcmp(from, "null", 4))) ||
		       (n == 5 && !memcmp(from, "false", 5));
	}
	if (*j->s != '-' && !isdigit((unsigned char)*j->s))
		return false;
	const char *p = from + 1 + strspn(from + 1, "0123456789");
	if (*p == '.')
		p += 1 + strspn(p + 1, "0123456789");
	else if (*p == 'x' || *p == 'X')
		return false;
	if (*p == '+' || *p == '-')
		return false;
	if (*p == 'e' || *p == 'E')
		p += 1 + strspn(p + 1, "0123456789+-");
	j->s = p;
	return true;
}

/* The path as illumos splits it: elements, each NUL-terminated; their number. */
static int j_split(const char *path, char *elems)
{
	int n = 1;

	for (const char *p = path; *p; p++) {
		if (*p == ']' || (p == path && *p == '['))
			continue;
		if (*p == '.' || *p == '[') {
			*elems++ = 0;
			n++;
		} else {
			*elems++ = *p;
		}
	}
	*elems = 0;
	return n;
}

static bool j_find(struct ref_json *j, const char *elem, int nelems, const char **res, size_t *n)
{
	char open = *j->s++;
	int64_t want = 0, at = 0;

	if (open == '[' && strchr(elem, '-') != elem)
		sscanf(elem, " %ld", &want);
	else if (open == '[')
		want = -1;
	for (;; at++) {
		const char *text;
		size_t len;
		bool found = at == want;

		j_space(j);
		if (open == '{') {
			if (*j->s != '"')
				return false;
			j_string(j, &text, &len);
			if (j->bad)
				return false;
			found = strlen(elem) == len && !memcmp(elem, text, len);
			j_space(j);
			if (*j->s++ != ':')
				return false;
			j_space(j);
		}
		text = j->s;
		if (*j->s == '"') {
			j_string(j, &text, &len);
			if (j->bad)
				return false;
		} else if (*j->s == '{' || *j->s == '[') {
			if (found && nelems > 1)
				return j_find(j, elem + strlen(elem) + 1, nelems - 1, res, n);
			j_nested(j);
			len = (size_t)(j->s - text);
		} else {
			if (!j_scalar(j))
				return false;
			len = (size_t)(j->s - text);
			if (!*j->s)
				return false; /* only what follows ends it */
		}
		if (j->bad)
			return false;
		if (found) {
			*res = text;
			*n = len;
			return nelems == 1;
		}
		j_space(j);
		if (*j->s++ != ',')
			return false;
	}
}

static int64_t ref_json(const struct in *in, uint32_t size, char *dst)
{
	struct ref_json j = {.s = in->a};
	char elems[8400];
	const char *res;
	size_t n;
	int nelems = j_split(in->b, elems);

	j_space(&j);
	if ((*j.s != '{' && *j.s != '[') || !j_find(&j, elems, nelems, &res, &n))
		return 0;
	put(dst, size, res, n);
	return 1;
}

#endif
