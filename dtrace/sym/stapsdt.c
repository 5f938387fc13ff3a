/* stapsdt.c - reads notes of static probes; see stapsdt.h */
#include "dtrace/sym/stapsdt.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { NOTE_STAPSDT = 3, WORD_MAX = 256 };

/* ---- notes ---- */

static uint64_t address_at(const uint8_t *p, unsigned width)
{
	uint64_t v = 0;
	memcpy(&v, p, width);
	return v;
}

/* A text that ends within the description; *at moves behind it. */
static const char *text_at(const struct elf_note *n, uint32_t *at)
{
	const char *s = (const char *)n->desc + *at;
	const void *end = *at < n->bytes ? memchr(s, '\0', n->bytes - *at) : NULL;
	if (!end)
		return NULL;
	*at += (uint32_t)((const char *)end - s) + 1;
	return s;
}

bool sdt_note_parse(const struct elf_file *f, const struct elf_note *n, struct sdt_note *out)
{
	unsigned width = f->is64 ? 8 : 4;
	uint32_t at = 3 * width;

	if (n->type != NOTE_STAPSDT || strcmp(n->owner, "stapsdt") != 0 || n->bytes < at)
		return false;
	out->addr = address_at(n->desc, width);
	out->base = address_at(n->desc + width, width);
	out->semaphore = address_at(n->desc + 2 * width, width);
	out->provider = text_at(n, &at);
	out->name = out->provider ? text_at(n, &at) : NULL;
	out->args = out->name ? text_at(n, &at) : NULL;
	return out->args && *out->provider && *out->name;
}

/* ---- operands ---- */

struct reg_name {
	int8_t reg;
	uint8_t bytes, shift;
};

static int old_register(const char *s, size_t n)
{
	static const char names[8][3] = {"ax", "cx", "dx", "bx", "sp", "bp", "si", "di"};
	for (int i = 0; i < 8; i++)
		if (n == 2 && !memcmp(names[i], s, 2))
			return i;
	return SDT_NO_REG;
}

/* al, ah, sil */
static bool byte_register(const char *s, size_t n, struct reg_name *out)
{
	int r;
	if (n == 3 && s[2] == 'l' && (r = old_register(s, 2)) >= 4) {
		*out = (struct reg_name){(int8_t)r, 1, 0};
		return true;
	}
	if (n != 2 || !strchr("acdb", s[0]) || (s[1] != 'l' && s[1] != 'h'))
		return false;
	char full[2] = {s[0], 'x'};
	*out = (struct reg_name){(int8_t)old_register(full, 2), 1, s[1] == 'h' ? 8 : 0};
	return true;
}

/* r8, r8d, r8w, r8b */
static bool new_register(const char *s, size_t n, struct reg_name *out)
{
	size_t digits = 1;
	if (n < 2 || s[0] != 'r' || !isdigit((unsigned char)s[1]))
		return false;
	int r = s[1] - '0';
	if (n > 2 && isdigit((unsigned char)s[2])) {
		r = r * 10 + s[2] - '0';
		digits = 2;
	}
	if (r < 8 || r > 15 || n > digits + 2)
		return false;
	char width = n == digits + 2 ? s[n - 1] : 'q';
	uint8_t bytes = width == 'q'   ? 8
			: width == 'd' ? 4
			: width == 'w' ? 2
			: width == 'b' ? 1
				       : 0;
	*out = (struct reg_name){(int8_t)r, bytes, 0};
	return bytes != 0;
}

/* A register without its %. */
static bool find_register(const char *s, size_t n, struct reg_name *out)
{
	int r;
	if (n == 3 && !memcmp(s, "rip", 3)) {
		*out = (struct reg_name){SDT_RIP, 8, 0};
		return true;
	}
	if (n == 3 && (s[0] == 'r' || s[0] == 'e') && (r = old_register(s + 1, 2)) >= 0) {
		*out = (struct reg_name){(int8_t)r, s[0] == 'r' ? 8 : 4, 0};
		return true;
	}
	if ((r = old_register(s, n)) >= 0) {
		*out = (struct reg_name){(int8_t)r, 2, 0};
		return true;
	}
	return byte_register(s, n, out) || new_register(s, n, out);
}

static bool parse_register(const char **p, struct reg_name *out)
{
	const char *s = *p;
	if (*s != '%')
		return false;
	size_t n = strspn(s + 1, "abcdefghijklmnopqrstuvwxyz0123456789");
	*p = s + 1 + n;
	return find_register(s + 1, n, out);
}

static bool is_symbol_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '$' || c == '@';
}

struct operand_parse {
	sdt_symbol_fn *symbol;
	void *arg;
	bool has_symbol;
	uint64_t symbol_addr;
};

static bool parse_symbol(const char **p, struct operand_parse *o)
{
	char name[WORD_MAX];
	size_t n = 0;
	while (is_symbol_char((*p)[n]) && n < sizeof(name) - 1) {
		name[n] = (*p)[n];
		n++;
	}
	name[n] = '\0';
	*p += n;
	if (o->has_symbol || !n)
		return false;
	o->has_symbol = true;
	return o->symbol && o->symbol(o->arg, name, &o->symbol_addr);
}

/* Numbers and at most one symbol, added up: "-8", "40+CheckpointStats", "state-4". */
static bool parse_sum(const char **p, struct operand_parse *o, int64_t *sum)
{
	*sum = 0;
	while (**p && **p != '(') {
		bool minus = **p == '-';
		if (**p == '-' || **p == '+')
			(*p)++;
		if (isdigit((unsigned char)**p)) {
			char *end;
			uint64_t v = strtoull(*p, &end, 0);
			*sum = (int64_t)((uint64_t)*sum + (minus ? 0 - v : v));
			if (end == *p)
				return false;
			*p = end;
		} else if (minus || !parse_symbol(p, o)) {
			return false;
		}
	}
	return true;
}

static bool parse_registers(const char **p, struct sdt_arg *a)
{
	struct reg_name r;
	if (**p != '(')
		return **p == '\0';
	(*p)++;
	if (**p == '%') {
		if (!parse_register(p, &r) || r.bytes < 4)
			return false;
		a->base = r.reg;
	}
	if (**p == ',') {
		(*p)++;
		if (!parse_register(p, &r) || r.bytes < 4 || r.reg == SDT_RIP)
			return false;
		a->index = r.reg;
		a->scale = 1;
		if (**p == ',') {
			a->scale = (uint8_t)((*p)[1] - '0');
			*p += (*p)[1] ? 2 : 1;
		}
		if (a->scale != 1 && a->scale != 2 && a->scale != 4 && a->scale != 8)
			return false;
	}
	return **p == ')' && (*p)[1] == '\0';
}

static bool parse_memory(const char *s, uint64_t pc, struct operand_parse *o, struct sdt_arg *a)
{
	int64_t sum;
	if (!*s || !parse_sum(&s, o, &sum) || !parse_registers(&s, a))
		return false;
	a->kind = SDT_MEM;
	a->disp = sum;
	/* A symbol stands as far from the probe in the process as it does in the file. */
	if (o->has_symbol) {
		if (a->base != SDT_RIP && a->base != SDT_NO_REG)
			return false;
		a->base = SDT_RIP;
		a->disp = (int64_t)((uint64_t)sum + o->symbol_addr - pc);
	}
	return true;
}

static bool parse_operand(const char *s, uint64_t pc, struct operand_parse *o, struct sdt_arg *a)
{
	struct reg_name r;
	const char *p = s;
	if (*s == '$') {
		char *end;
		errno = 0;
		a->disp = s[1] == '-' ? strtoll(s + 1, &end, 0) : (int64_t)strtoull(s + 1, &end, 0);
		a->kind = SDT_CONST;
		return end != s + 1 && *end == '\0' && !errno;
	}
	if (*s != '%')
		return parse_memory(s, pc, o, a);
	if (!parse_register(&p, &r) || *p || r.reg == SDT_RIP)
		return false;
	a->kind = SDT_REG;
	a->base = r.reg;
	a->shift = r.shift;
	return true;
}

/* "-4@" or "8f@"; without it the value has the size of a register. */
static const char *parse_size(const char *s, struct sdt_arg *a)
{
	const char *at = strchr(s, '@');
	char *end;
	a->bytes = 8;
	long n = at ? strtol(s, &end, 10) : 0;
	if (!at || end == s)
		return s;
	a->is_signed = n < 0;
	n = n < 0 ? -n : n;
	a->is_float = *end == 'f';
	end += a->is_float;
	if (end != at || (n != 1 && n != 2 && n != 4 && n != 8))
		return NULL;
	a->bytes = (uint8_t)n;
	return at + 1;
}

static void parse_arg(const char *word, uint64_t pc, sdt_symbol_fn *symbol, void *arg,
		      struct sdt_arg *a)
{
	struct operand_parse o = {.symbol = symbol, .arg = arg};
	*a = (struct sdt_arg){.bytes = 8, .base = SDT_NO_REG, .index = SDT_NO_REG};
	const char *operand = parse_size(word, a);
	if (!operand || !parse_operand(operand, pc, &o, a) ||
	    (a->is_float && (a->kind == SDT_CONST || a->shift || a->bytes < 4)))
		a->kind = SDT_UNKNOWN;
}

unsigned sdt_args_parse(const char *text, uint64_t pc, sdt_symbol_fn *symbol, void *arg,
			struct sdt_arg *out)
{
	unsigned n = 0;
	while (n < SDT_ARGS_MAX) {
		char word[WORD_MAX];
		text += strspn(text, " \t");
		size_t len = strcspn(text, " \t");
		if (!len)
			break;
		bool fits = len < sizeof(word);
		memcpy(word, text, fits ? len : 0);
		word[fits ? len : 0] = '\0';
		parse_arg(word, pc, symbol, arg, &out[n++]);
		text += len;
	}
	return n;
}
