/* Headers of the system that differ between processors are found, too. */
/* @opts: -q -C */
#include <asm/ioctls.h>

BEGIN
{
	printf("0x%x\n", TIOCGWINSZ);
	exit(0);
}
