/* Text in an array of characters is shown as bytes when that is asked for. */
/* @opts: -q -xrawbytes */
struct s { char name[12]; };
struct s v;
BEGIN
{
	v.name[0] = 'a';
	trace(v.name);
	exit(0);
}
