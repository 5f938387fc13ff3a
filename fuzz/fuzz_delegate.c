/* Requests to zoneadmd: what is read of one, and what is permitted, is what may be a command line. */
#include "zone/delegate.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char again[DELEGATE_BYTES];
	struct delegate_request r, copy;
	struct zone_config z;
	struct err e = {0};
	char *message = malloc(size + 1); /* of its size, so that reading beyond it shows */
	struct arena *a = arena_new();
	memcpy(message, data, size);
	zone_config_init(&z, a, "z");
	struct zone_instance admin = {.type = zone_resource_find("admin")};
	if (zone_instance_set(&z, &admin, "user", "u", &e) < 0 ||
	    zone_instance_set(&z, &admin, "auths", "login,manage,clonefrom", &e) < 0)
		abort();
	*vec_push(&z.instances, a) = admin;
	if (delegate_decode(message, size, &r, &e) == 0) {
		assert(delegate_encode(&r, again, &e) == (int)size &&
		       memcmp(again, data, size) == 0);
		assert(delegate_decode(again, size, &copy, &e) == 0 && copy.nwords == r.nwords);
		assert(delegate_permit(&r, "nobody", &z, &z, &e) < 0);
		const char *source = delegate_source(&r);
		bool may = delegate_permit(&r, "u", &z, source ? &z : NULL, &e) == 0;
		for (unsigned i = 0; may && i < r.noptions; i++)
			assert(r.options[i][0] == '-' && strcmp(r.options[i], "-R") != 0);
		if (may && r.program == DELEGATE_ZONEADM)
			assert(r.nwords > 0 && r.words[0][0] != '-' &&
			       (r.nwords < 2 || strcmp(r.words[1], "-d") != 0));
	}
	arena_free(a);
	free(message);
	return 0;
}
