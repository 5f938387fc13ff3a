#include "probes.h"

static void query(const char *text, unsigned n)
{
	TRACE_SHOP_QUERY_START(text);
	TRACE_SHOP_TRANSACTION_START(n);
	if (TRACE_SHOP_LWLOCK_ACQUIRE_ENABLED())
		TRACE_SHOP_LWLOCK_ACQUIRE("ProcArray", (int)n + 1);
	TRACE_SHOP_TRANSACTION_COMMIT(n);
	TRACE_SHOP_QUERY_DONE(text);
}

int write_back(int n);

int main(void)
{
	for (unsigned i = 0; i < 3; i++)
		query("select", i);
	return write_back(3);
}
