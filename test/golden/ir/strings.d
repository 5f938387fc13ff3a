/* A literal, a copy, a comparison, a concatenation. */
string s;

BEGIN
/s != "end"/
{
	s = strjoin("a", s);
	trace(strlen(s));
}
