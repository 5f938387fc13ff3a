/* Strings are cut at strsize - 1 bytes wherever they come from */
/* @opts: -q -xstrsize=8 */

string g;
BEGIN
{
	g = "0123456789";
	self->s = "0123456789";
	this->s = "0123456789";
	a["k"] = "0123456789";
	printf("%s\n", g);
	printf("%s\n", self->s);
	printf("%s\n", this->s);
	printf("%s\n", a["k"]);
	printf("%s\n", "0123456789");
	printf("%s\n", toupper("abcdefghijk"));
	printf("%s\n", basename("/0123456789"));
	printf("%s\n", strjoin("ab","cdefghijk"));
	printf("%s\n", lltostr(1234567890));
	printf("%s\n", substr("0123456789", 2));
	printf("%s\n", strchr("0123456789", '3'));
	printf("%d\n", strlen(g));
	printf("%d\n", g == "0123456");
	printf("%d\n", strlen("0123456789"));
	printf("%d\n", g == "0123456789");
	exit(0);
}
