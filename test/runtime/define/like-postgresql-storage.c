#include "probes.h"

int write_back(int n);
int write_back(int n)
{
	TRACE_SHOP_BUFFER_READ_START((unsigned)n, n > 2);
	TRACE_SHOP_CHECKPOINT_DONE(n, n + 1, n + 2, n + 3, n + 4);
	return 0;
}
