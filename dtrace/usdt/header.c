/*
 * header.c - provider definitions to a C header
 *
 * The macros cast each argument to the width that the definition gives it, so that the note tells
 * the truth whatever is passed. A pointer is cast by way of an integer of its size, which takes
 * every kind of pointer, in C++ too.
 */
#include "dtrace/usdt/header.h"

#include <ctype.h>
#include <string.h>

void usdt_semaphore_name(const struct usdt_def *p, const struct usdt_def_probe *probe,
			 struct buf *out)
{
	buf_printf(out, "%s_%s_semaphore", p->name, probe->id);
}

/* request__done -> REQUEST_DONE */
static void put_macro_name(struct buf *out, const char *id)
{
	for (const char *p = id; *p; p++) {
		if (p[0] == '_' && p[1] == '_')
			p++;
		buf_putc(out, (char)toupper((unsigned char)*p));
	}
}

static void put_probe_macro(struct buf *out, const struct usdt_def *p,
			    const struct usdt_def_probe *probe)
{
	put_macro_name(out, p->name);
	buf_putc(out, '_');
	put_macro_name(out, probe->id);
}

static const char *cast_type(int size)
{
	switch (size) {
	case 1:
		return "unsigned char";
	case -1:
		return "signed char";
	case 2:
		return "unsigned short";
	case -2:
		return "short";
	case 4:
		return "unsigned int";
	case -4:
		return "int";
	case -8:
		return "long";
	default:
		return "unsigned long";
	}
}

static void put_params(struct buf *out, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		buf_printf(out, "%sarg%u", i ? ", " : "", i);
}

/* The note that describes one place, and the nop of the place itself: of one byte, although the kernel traces one of five at
 * less cost. It makes a call of that, which writes below the stack pointer, and there a function that calls no other may
 * have its variables (the ABI's red zone). Local labels are numbers so
 * that a place may be inlined many times. The section is tied to the code's own group ("?"), so that
 * a function the linker drops takes its notes along. */
static const char preamble[] =
    "#if (defined(__GNUC__) || defined(__clang__)) && defined(__ELF__) && !defined(NO_USDT)\n"
    "#define GLASSHOUSE_USDT 1\n"
    "#ifndef GLASSHOUSE_USDT_PLACE\n"
    "#if defined(__x86_64__)\n"
    "#define GLASSHOUSE_USDT_WHERE \"nor\"\n"
    "#else\n"
    "#define GLASSHOUSE_USDT_WHERE \"nr\"\n"
    "#endif\n"
    "#define GLASSHOUSE_USDT_PLACE(provider, probe, semaphore, args) \\\n"
    "\t\"990:\\tnop\\n\" \\\n"
    "\t\"\\t.pushsection .note.stapsdt, \\\"?\\\", \\\"note\\\"\\n\" \\\n"
    "\t\"\\t.balign 4\\n\" \\\n"
    "\t\"\\t.4byte 992f - 991f, 994f - 993f, 3\\n\" \\\n"
    "\t\"991:\\t.asciz \\\"stapsdt\\\"\\n\" \\\n"
    "\t\"992:\\t.balign 4\\n\" \\\n"
    "\t\"993:\\t.8byte 990b\\n\" \\\n"
    "\t\"\\t.8byte _.stapsdt.base\\n\" \\\n"
    "\t\"\\t.8byte \" semaphore \"\\n\" \\\n"
    "\t\"\\t.asciz \\\"\" provider \"\\\"\\n\" \\\n"
    "\t\"\\t.asciz \\\"\" probe \"\\\"\\n\" \\\n"
    "\t\"\\t.asciz \\\"\" args \"\\\"\\n\" \\\n"
    "\t\"994:\\t.balign 4\\n\" \\\n"
    "\t\"\\t.popsection\\n\" \\\n"
    "\t\"\\t.ifndef _.stapsdt.base\\n\" \\\n"
    "\t\"\\t.pushsection .stapsdt.base, \\\"aG\\\", \\\"progbits\\\", .stapsdt.base, comdat\\n\" "
    "\\\n"
    "\t\"\\t.weak _.stapsdt.base\\n\" \\\n"
    "\t\"\\t.hidden _.stapsdt.base\\n\" \\\n"
    "\t\"_.stapsdt.base:\\t.space 1\\n\" \\\n"
    "\t\"\\t.size _.stapsdt.base, 1\\n\" \\\n"
    "\t\"\\t.popsection\\n\" \\\n"
    "\t\"\\t.endif\\n\"\n"
    "#endif\n"
    "#endif\n\n";

static void put_semaphore(struct buf *out, const struct usdt_def *p,
			  const struct usdt_def_probe *probe)
{
	buf_puts(out, "__extension__ extern volatile unsigned short ");
	usdt_semaphore_name(p, probe, out);
	buf_puts(out, " __attribute__((unused, section(\".probes\")));\n");
}

/* The place as an expression statement: the macro may stand wherever a call of a function may. */
static void put_fire(struct buf *out, const struct usdt_def *p, const struct usdt_def_probe *probe)
{
	buf_puts(out, "#define ");
	put_probe_macro(out, p, probe);
	buf_putc(out, '(');
	put_params(out, probe->nargs);
	buf_printf(out,
		   ") \\\n\tdo { __asm__ __volatile__(GLASSHOUSE_USDT_PLACE(\"%s\", \"%s\", \"",
		   p->name, probe->id);
	usdt_semaphore_name(p, probe, out);
	buf_puts(out, "\", \"");
	for (uint32_t i = 0; i < probe->nargs; i++)
		buf_printf(out, "%s%d@%%%u", i ? " " : "", probe->args[i].size, i);
	buf_puts(out, "\")");
	bool pointer = false;
	for (uint32_t i = 0; i < probe->nargs; i++)
		buf_printf(out, "%s \\\n\t\tGLASSHOUSE_USDT_WHERE((%s)(arg%u))",
			   i ? "," : " ::", cast_type(probe->args[i].size), i);
	for (uint32_t i = 0; i < probe->nargs; i++)
		pointer |= probe->args[i].pointer;
	/* Whoever looks follows the pointer: what was stored there must not wait in a register. */
	buf_puts(out, pointer ? " : \"memory\"); } while (0)\n" : "); } while (0)\n");
}

static void put_enabled(struct buf *out, const struct usdt_def *p,
			const struct usdt_def_probe *probe)
{
	buf_puts(out, "#define ");
	put_probe_macro(out, p, probe);
	buf_puts(out, "_ENABLED() \\\n\t__builtin_expect(");
	usdt_semaphore_name(p, probe, out);
	buf_puts(out, " != 0, 0)\n");
}

/* Where there are no probes the arguments are not even evaluated. */
static void put_absent(struct buf *out, const struct usdt_def *p,
		       const struct usdt_def_probe *probe)
{
	buf_puts(out, "#define ");
	put_probe_macro(out, p, probe);
	buf_putc(out, '(');
	put_params(out, probe->nargs);
	buf_puts(out, ") do { } while (0)\n#define ");
	put_probe_macro(out, p, probe);
	buf_puts(out, "_ENABLED() (0)\n");
}

static void put_prototype(struct buf *out, const struct usdt_def_probe *probe)
{
	buf_printf(out, "\n/* %s(", probe->name);
	for (uint32_t i = 0; i < probe->nargs; i++)
		buf_printf(out, "%s%s", i ? ", " : "", probe->args[i].type);
	buf_puts(out, ") */\n");
}

void usdt_header(const usdt_defs *ps, const char *source, struct buf *out)
{
	buf_printf(out, "/*\n * Generated by dtrace -h%s%s: edit that, not this.\n */\n",
		   source ? " from " : "", source ? source : "");
	buf_puts(out, "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n");
	buf_puts(out, preamble);
	for (size_t i = 0; i < ps->n; i++) {
		const struct usdt_def *p = &ps->at[i];
		buf_puts(out, "#ifdef GLASSHOUSE_USDT\n");
		for (size_t k = 0; k < p->probes.n; k++) {
			const struct usdt_def_probe *probe = &p->probes.at[k];
			put_prototype(out, probe);
			put_semaphore(out, p, probe);
			put_fire(out, p, probe);
			put_enabled(out, p, probe);
		}
		buf_puts(out, "\n#else\n\n");
		for (size_t k = 0; k < p->probes.n; k++)
			put_absent(out, p, &p->probes.at[k]);
		buf_puts(out, "\n#endif\n");
	}
	buf_puts(out, "\n#ifdef __cplusplus\n}\n#endif\n");
}
