/* uses every probe of builds.d, by the header made of it */
#include "builds.h"

#include <stdio.h>

int main(void)
{
	char seen[4] = "abc";
	SHOP_ORDER_PLACED(1, "tea", 2);
	if (SHOP_ORDER_GONE_ENABLED())
		puts("somebody looks");
	SHOP_ORDER_GONE(seen, 3u, seen);
	SHOP_NOTHING();
	puts("run");
	return 0;
}
