/* dtrace/probe: globs, ids, lazy providing, suggestions, stability. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"
#include "dtrace/probe/probe.h"

static void globs(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool match;
	} t[] = {
	    {"", "anything", true},
	    {NULL, "", true},
	    {"read", "read", true},
	    {"read", "reads", false},
	    {"read", "rea", false},
	    {"*", "", true},
	    {"r*d", "read", true},
	    {"r*d", "rd", true},
	    {"r*d", "reads", false},
	    {"*at", "openat", true},
	    {"*a*a*", "banana", true},
	    {"*a*a*a*a*", "banana", false},
	    {"?", "", false},
	    {"??", "ab", true},
	    {"[a-c]x", "bx", true},
	    {"[a-c]x", "dx", false},
	    {"[!a-c]x", "dx", true},
	    {"[!a-c]x", "ax", false},
	    {"[]]", "]", true},
	    {"[abc", "[abc", true},
	    {"\\*", "*", true},
	    {"\\*", "a", false},
	    {"a\\", "a\\", true},
	    {"[\\]]", "]", true},
	    {"tick-[0-9]*", "tick-10", true},
	    {"*[a-z]", "A", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		if (probe_glob(t[i].pattern, t[i].text) != t[i].match)
			fail_msg("glob \"%s\" against \"%s\"", t[i].pattern ? t[i].pattern : "",
				 t[i].text);
	assert_true(probe_is_glob("a*") && probe_is_glob("") && probe_is_glob(NULL));
	assert_false(probe_is_glob("abc-1"));
}

static void glob_of_many_stars_ends(void **state)
{
	char text[2001];

	(void)state;
	memset(text, 'a', 2000);
	text[2000] = 0;
	assert_false(probe_glob("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", text));
}

/* ---- a provider with numbered functions f0..f9, counting how often it is asked ---- */

struct fake {
	int asked;
};
static const char *const funcs[] = {"f0", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9"};

static int fake_provide(struct provider *p, struct registry *r, const char *mod, const char *func,
			const char *name, struct err *e)
{
	struct fake *f = p->data;

	(void)mod, (void)e;
	f->asked++;
	for (uint32_t i = 10; i-- > 0;) {
		if (!probe_glob(func, funcs[i]))
			continue;
		if (probe_glob(name, "return"))
			registry_add(r, p, i + 10, p->ops->name, "m", funcs[i], "return", i);
		if (probe_glob(name, "entry"))
			registry_add(r, p, i, p->ops->name, "m", funcs[i], "entry", i);
	}
	return 0;
}

static int broken_provide(struct provider *p, struct registry *r, const char *mod, const char *func,
			  const char *name, struct err *e)
{
	(void)p, (void)r, (void)mod, (void)func, (void)name;
	return err_set(e, EINVAL, "broken");
}

static const struct provider_ops alpha = {.name = "alpha", .provide = fake_provide};
static const struct provider_ops beta = {.name = "beta", .provide = fake_provide};
static const struct provider_ops broken = {.name = "broken", .provide = broken_provide};

struct fixture {
	struct arena *a;
	struct registry *r;
	struct fake fa, fb;
};

static int setup(void **state)
{
	static struct fixture x;

	memset(&x, 0, sizeof(x));
	x.a = arena_new();
	x.r = registry_new(x.a, NULL, NULL);
	registry_add_provider(x.r, &alpha, 20, &x.fa);
	registry_add_provider(x.r, &beta, 20, &x.fb);
	*state = &x;
	return 0;
}

static int teardown(void **state)
{
	arena_free(((struct fixture *)*state)->a);
	return 0;
}

static void match_is_lazy_and_sorted(void **state)
{
	struct fixture *x = *state;
	struct probe **m;
	struct err e = {0};

	assert_int_equal(registry_match(x->r, "beta", NULL, "f[2-4]", "", &m, &e), 6);
	assert_int_equal(x->fa.asked, 0);
	assert_int_equal(x->fb.asked, 1);
	for (int i = 1; i < 6; i++)
		assert_true(m[i - 1]->id < m[i]->id);
	assert_int_equal(m[0]->id, 21 + 2);
	assert_int_equal(m[3]->id, 21 + 12);
	assert_string_equal(m[3]->name, "return");
	assert_int_equal(registry_match(x->r, "beta", NULL, "f[2-4]", "", &m, &e), 6);
	assert_int_equal(x->fb.asked, 1);
	assert_int_equal(registry_match(x->r, "*a", "m", "f3", "entry", &m, &e), 2);
	assert_int_equal(m[0]->id, 1 + 3);
	assert_int_equal(m[1]->id, 21 + 3);
	assert_int_equal(registry_match(x->r, NULL, NULL, NULL, NULL, &m, &e), 40);
	assert_int_equal(registry_match(x->r, "alpha", "other", NULL, NULL, &m, &e), 0);
	assert_int_equal(registry_match(x->r, "gamma", NULL, NULL, NULL, &m, &e), 0);
}

static void ids_do_not_depend_on_the_order_of_asking(void **state)
{
	struct fixture *x = *state;
	struct probe **m;
	struct err e = {0};

	for (int i = 9; i >= 0; i -= 3) {
		assert_int_equal(registry_match(x->r, "alpha", "", funcs[i], "return", &m, &e), 1);
		assert_int_equal(m[0]->id, 1 + 10 + i);
		assert_ptr_equal(registry_by_id(x->r, m[0]->id, &e), m[0]);
	}
	assert_string_equal(registry_by_id(x->r, 1 + 7, &e)->function,
			    "f7"); /* not asked for yet */
	assert_null(registry_by_id(x->r, 0, &e));
	assert_null(registry_by_id(x->r, 41, &e));
}

static void nearest_names_what_was_meant(void **state)
{
	struct fixture *x = *state;
	const char *out[3];

	assert_int_equal(registry_nearest(x->r, "alpah", "", "f3", "entry", out, 3), 3);
	assert_string_equal(out[0], "alpha:m:f3:entry");
	assert_true(registry_nearest(x->r, "beta", "", "f5", "entyr", out, 3) >= 1);
	assert_string_equal(out[0], "beta:m:f5:entry");
	assert_int_equal(registry_nearest(x->r, "zzzzzz", "", "", "", out, 3), 0);
}

/* ---- what is not there ---- */

static const struct probe_doc gamma_docs[] = {
    {.function = "", .name = "here", .source = "an event", .context = "somebody", .here = true},
    {.function = "", .name = "gone-one", .why_not = "nobody makes it"},
    {.function = "", .name = "gone-two", .source = "an event", .context = "somebody"},
};

static int gamma_provide(struct provider *p, struct registry *r, const char *mod, const char *func,
			 const char *name, struct err *e)
{
	(void)mod, (void)func, (void)name, (void)e;
	registry_add(r, p, 0, "gamma", "vmlinux", "", "here", 0);
	return 0;
}

static const char *gamma_why_not(struct provider *p, const char *func, const char *name)
{
	(void)p, (void)func;
	for (unsigned i = 0; i < 3; i++)
		if (!strcmp(name, gamma_docs[i].name) && !gamma_docs[i].here)
			return gamma_docs[i].why_not ? gamma_docs[i].why_not : "not on this kernel";
	return NULL;
}

static void name_missing(void *arg, const char *prov, const struct probe_doc *doc, const char *why)
{
	buf_printf(arg, "%s %s %s;", prov, doc->name, why);
}

static void missing_text(struct registry *r, const char *prov, const char *mod, const char *name,
			 const char *want)
{
	BUF_AUTO b = {0};

	registry_each_missing(r, prov, mod, "", name, name_missing, &b);
	assert_string_equal(buf_str(&b), want);
}

static void what_is_missing_is_explained(void **state)
{
	static const struct provider_ops gamma = {.name = "gamma",
						  .provide = gamma_provide,
						  .docs = gamma_docs,
						  .ndocs = 3,
						  .why_not = gamma_why_not};
	struct fixture *x = *state;

	registry_add_provider(x->r, &gamma, 4, NULL);
	missing_text(x->r, "", "", "",
		     "gamma gone-one nobody makes it;gamma gone-two not on this kernel;");
	missing_text(x->r, "gamma", "vmlinux", "*-two", "gamma gone-two not on this kernel;");
	missing_text(x->r, "gamma", "m", "", "");
	missing_text(x->r, "alpha", "", "", "");
	assert_string_equal(registry_explain(x->r, "gamma", "", "", "gone-one"), "nobody makes it");
	assert_string_equal(registry_explain(x->r, "gamma", "", "", "*-two"),
			    "gamma:::gone-two: not on this kernel");
	assert_string_equal(registry_explain(x->r, "gamma", "", "", "her"),
			    "did you mean gamma:vmlinux::here?");
	assert_non_null(
	    strstr(registry_explain(x->r, "delta", "", "", "x"), "there is no provider delta"));
	assert_non_null(
	    strstr(registry_explain(x->r, "nfsv3", "", "", "op-read-start"), "sdt::nfsd:"));
	assert_null(registry_explain(x->r, "gamma", "", "", "zzzzzzz"));
}

static void a_failing_provider_is_an_error(void **state)
{
	struct fixture *x = *state;
	struct probe **m;
	struct err e = {0};

	registry_add_provider(x->r, &broken, 1, NULL);
	assert_int_equal(registry_match(x->r, "alpha", "", "", "", &m, &e), 20);
	assert_int_equal(registry_match(x->r, "broken", "", "", "", &m, &e), -1);
	assert_string_equal(e.text, "broken");
	assert_int_equal(
	    registry_nearest(x->r, "alpha", "", "g1", "entry", (const char *[1]){0}, 1), 1);
}

/* ---- a family with a provider for each of processes 7 and 8, and one to come ---- */

static int family_provide(struct provider *p, struct registry *r, const char *prov, const char *mod,
			  const char *func, const char *name, struct err *e)
{
	static const int32_t pids[] = {7, 8};
	static const char *const names[] = {"gamma7", "gamma8"};
	struct fake *f = p->data;

	(void)mod, (void)func, (void)name;
	f->asked++;
	if (prov && !strcmp(prov, "gamma9")) {
		registry_set_tag(r, "D_PROC_GRAB");
		return err_set(e, ESRCH, "no process 9");
	}
	for (int i = 0; i < 2; i++)
		if (probe_glob(prov, names[i]) && registry_looks_at(r, pids[i]))
			registry_add(r, p, 0, names[i], i ? "short" : "m", "f", "entry", 0)->alias =
			    i;
	if (probe_fits_any(prov, "gamma"))
		registry_add(r, p, 0, "gamma", "m", "f", "entry", 0)->to_come = true;
	return 0;
}

static const char *family_why(struct provider *p, const char *prov, const char *func,
			      const char *name)
{
	(void)p, (void)prov, (void)func, (void)name;
	return "nobody there";
}

static const struct provider_ops gamma_ops = {
    .name = "gamma", .provide_family = family_provide, .why_no_family = family_why};

static void families_have_providers_as_they_are_asked_for(void **state)
{
	struct fixture *x = *state;
	struct fake f = {0};
	struct probe **m;
	struct err e = {0};
	int32_t only[] = {8};

	registry_add_provider(x->r, &gamma_ops, 0, &f);
	assert_int_equal(registry_match(x->r, NULL, NULL, "f1", "entry", &m, &e), 2);
	assert_int_equal(registry_match(x->r, "alpha", NULL, "f1", "entry", &m, &e), 1);
	assert_int_equal(f.asked, 0); /* others have such probes */
	assert_int_equal(registry_match(x->r, "gamma7", NULL, NULL, NULL, &m, &e), 1);
	assert_int_equal(m[0]->id, 41); /* behind the blocks of alpha and beta */
	assert_int_equal(registry_next_id(x->r), 42);
	assert_int_equal(registry_match(x->r, "gamma9", NULL, NULL, NULL, &m, &e), -1);
	assert_string_equal(registry_tag(x->r), "D_PROC_GRAB");
	assert_string_equal(registry_why_not(x->r, "gamma5", "", ""), "nobody there");
	assert_null(registry_why_not(x->r, "alph*", "", ""));
	/* Families are asked again when they are told to, here for one process. */
	f.asked = 0;
	registry_match(x->r, "gamma8", NULL, NULL, NULL, &m, &e);
	registry_match(x->r, "gamma8", NULL, NULL, NULL, &m, &e);
	assert_int_equal(f.asked, 1);
	registry_look_again(x->r, only, 1);
	assert_false(registry_looks_at(x->r, 7));
	assert_int_equal(registry_match(x->r, "gamma7", NULL, NULL, NULL, &m, &e), 1);
	assert_int_equal(f.asked, 2);
	registry_look_again(x->r, NULL, 0);
	assert_true(registry_looks_at(x->r, 7));
	/* No pattern means what goes by another name than its own; who wrote it out does. */
	assert_int_equal(registry_match(x->r, "gamma8", "sh*", NULL, NULL, &m, &e), 0);
	assert_true(registry_match(x->r, "gamma8", "short", NULL, NULL, &m, &e) > 0);
	/* A pattern that fits whatever process may come means the probe to come as well. */
	int n = registry_match(x->r, "gamma*", "m", NULL, NULL, &m, &e), to_come = 0;
	for (int i = 0; i < n; i++)
		to_come += m[i]->to_come;
	assert_int_equal(to_come, 1);
	assert_false(probe_fits_any("gamma1*", "gamma"));
	assert_false(probe_fits_any("gamma7", "gamma"));
	assert_int_equal(registry_match(x->r, "gamma[67]", NULL, NULL, NULL, &m, &e) > 0, 1);
	for (int i = 0; m && i < 1; i++)
		assert_false(m[i]->to_come);
}

static void stability_words(void **state)
{
	struct stability s, t;

	(void)state;
	assert_true(stability_parse("Evolving/Private/ISA", &s));
	assert_int_equal(s.name, STAB_EVOLVING);
	assert_int_equal(s.data, STAB_PRIVATE);
	assert_int_equal(s.dclass, CLASS_ISA);
	assert_true(stability_parse("standard/STABLE/common", &t));
	assert_int_equal(t.name, STAB_STANDARD);
	t = stability_min(s, t);
	assert_int_equal(t.name, STAB_EVOLVING);
	assert_int_equal(t.data, STAB_PRIVATE);
	assert_int_equal(t.dclass, CLASS_ISA);
	assert_false(stability_parse("Evolving/Private", &s));
	assert_false(stability_parse("Evolving", &s));
	assert_false(stability_parse("", &s));
	assert_false(stability_parse("Evolving/Privat/ISA", &s));
	assert_false(stability_parse("Evolving/Private/ISA/x", &s));
	assert_string_equal(stability_name(STAB_EVOLVING), "Evolving");
	assert_string_equal(stability_class_name(CLASS_COMMON), "Common");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(globs),
	    cmocka_unit_test(glob_of_many_stars_ends),
	    cmocka_unit_test_setup_teardown(match_is_lazy_and_sorted, setup, teardown),
	    cmocka_unit_test_setup_teardown(ids_do_not_depend_on_the_order_of_asking, setup,
					    teardown),
	    cmocka_unit_test_setup_teardown(nearest_names_what_was_meant, setup, teardown),
	    cmocka_unit_test_setup_teardown(what_is_missing_is_explained, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_failing_provider_is_an_error, setup, teardown),
	    cmocka_unit_test_setup_teardown(families_have_providers_as_they_are_asked_for, setup,
					    teardown),
	    cmocka_unit_test(stability_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
