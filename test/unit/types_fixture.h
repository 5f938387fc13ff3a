/* types_fixture.h - a universe of types without a kernel's, for each test of types/ */
#ifndef TYPES_FIXTURE_H
#define TYPES_FIXTURE_H

#include "dtrace/types/type.h"

struct fixture {
	struct arena *a;
	struct types *ts;
};

static inline int setup(void **state)
{
	static struct fixture f;
	f.a = arena_new();
	f.ts = types_new(f.a, NULL, 256);
	*state = &f;
	return 0;
}

static inline int teardown(void **state)
{
	arena_free(((struct fixture *)*state)->a);
	return 0;
}

static inline void assert_named(const struct type *t, const char *expected)
{
	BUF_AUTO b = {0};
	assert_non_null(t);
	assert_string_equal(type_name(t, &b), expected);
}

#endif
