/* step.c - see step.h */
#include "zone/step.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

void zone_step(const char *name)
{
	const char *at = getenv("GLASSHOUSE_KILL_AT");
	if (at && strcmp(at, name) == 0)
		raise(SIGKILL);
}
