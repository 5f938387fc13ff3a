/* @opts: -x version=1.4 */
/* In a language older than a name the name is not there. */
#pragma D binding "1.5" answer
inline int answer = 42;

BEGIN
{
	trace(answer);
}
