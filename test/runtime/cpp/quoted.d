/* Messages quote the line as it was written, not what the preprocessor made of the file. */
/* @run: cp $TEST $TMP/q.d; $DTRACE -C -e -s $TMP/q.d 2>&1 | sed "s,$TMP,T," */
#include <sys/mman.h>

BEGIN
{
	trace(PROT_READ + MAP_NOWHERE);
}
