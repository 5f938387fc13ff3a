/* providers.c - the list of providers; see providers.h */
#include "dtrace/provider/providers.h"

void providers_add_all(struct registry *r)
{
	provider_dtrace_add(r);
	provider_syscall_add(r);
	provider_sdt_add(r);
	provider_rawtp_add(r);
	provider_profile_add(r);
}
