/* Strings as long as strsize 2048 admits */
/* @opts: -q -xstrsize=2048 */

string g;

BEGIN
{
	this->s = "0123456789abcdef";
	this->s = strjoin(this->s, this->s);
	this->s = strjoin(this->s, this->s);
	this->s = strjoin(this->s, this->s);
	this->s = strjoin(this->s, this->s);
	this->s = strjoin(this->s, this->s);
	this->s = strjoin(this->s, this->s);
	this->s = strjoin(this->s, this->s);
	this->s = strjoin(this->s, this->s);
	printf("%d\n%s\n", strlen(this->s), this->s);
	g = this->s;
	self->s = g;
	x["k"] = self->s;
	printf("%d %d\n", strlen(x["k"]), x["k"] == g);
	printf("%s\n", substr(x["k"], 2039));
	printf("%d %d\n", index(g, "f"), rindex(g, "0"));
	printf("%d\n", strlen(toupper(g)));
	exit(0);
}
