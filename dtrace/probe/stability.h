/* stability.h - name, data and dependency-class attributes, as `#pragma D attributes` and -v have them. */
#ifndef PROBE_STABILITY_H
#define PROBE_STABILITY_H

#include <stdbool.h>
#include <stdint.h>

enum stability_level {
	STAB_INTERNAL,
	STAB_PRIVATE,
	STAB_OBSOLETE,
	STAB_EXTERNAL,
	STAB_UNSTABLE,
	STAB_EVOLVING,
	STAB_STABLE,
	STAB_STANDARD
};
enum stability_class {
	CLASS_UNKNOWN,
	CLASS_CPU,
	CLASS_PLATFORM,
	CLASS_GROUP,
	CLASS_ISA,
	CLASS_COMMON
};

struct stability {
	uint8_t name, data; /* enum stability_level */
	uint8_t dclass;	    /* enum stability_class */
};

const char *stability_name(unsigned level);	   /* "Evolving" */
const char *stability_class_name(unsigned dclass); /* "Common", "ISA" */
bool stability_parse(const char *name_data_class,
		     struct stability *out); /* "Evolving/Private/ISA" */
struct stability stability_min(struct stability a, struct stability b);

#endif
