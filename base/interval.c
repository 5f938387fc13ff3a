/* Intervals as D writes them (see interval.h). */
#include "base/interval.h"

#include <stddef.h>
#include <strings.h>

#define NS_PER_S UINT64_C(1000000000)

bool interval_of(uint64_t n, const char *unit, uint64_t *ns)
{
	static const struct {
		const char *name;
		uint64_t ns; /* 0: hertz */
	} units[] = {
	    {"", 0},
	    {"hz", 0},
	    {"ns", 1},
	    {"nsec", 1},
	    {"us", 1000},
	    {"usec", 1000},
	    {"ms", 1000000},
	    {"msec", 1000000},
	    {"s", NS_PER_S},
	    {"sec", NS_PER_S},
	    {"m", 60 * NS_PER_S},
	    {"min", 60 * NS_PER_S},
	    {"h", 3600 * NS_PER_S},
	    {"hour", 3600 * NS_PER_S},
	    {"d", 86400 * NS_PER_S},
	    {"day", 86400 * NS_PER_S},
	};
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcasecmp(units[i].name, unit) != 0)
			continue;
		if (units[i].ns)
			return !__builtin_mul_overflow(n, units[i].ns, ns);
		*ns = n ? NS_PER_S / n : 0;
		return true;
	}
	return false;
}
