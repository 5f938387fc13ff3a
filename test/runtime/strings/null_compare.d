/* A NULL string equals NULL and the empty string, and comes before any other */
/* @opts: -q */

string g;
self string never;
string a[string];
BEGIN
{
	g = NULL;
	self->s = "x";
	self->s = NULL;
	this->s = NULL;
	a["k"] = "x";
	a["k"] = NULL;
	printf("%d %d %d\n", g == NULL, g == "", g != NULL);
	printf("%d %d %d\n", self->s == NULL, self->s == "", self->s < "a");
	printf("%d %d %d\n", a["k"] == NULL, a["k"] == "", a["k"] >= "");
	printf("%d %d %d\n", a["none"] == NULL, a["none"] == "", a["none"] != "");
	printf("%d %d %d\n", self->never == NULL, g == self->s, g < "a");
	printf("%d %d %d\n", strstr("ab", "c") == strstr("ab", "d"), NULL == g, "" == g);
	g = "set";
	printf("%d %s\n", g == NULL, g);
	g = "";
	printf("%d [%s]\n", g == NULL, g);
	exit(0);
}
