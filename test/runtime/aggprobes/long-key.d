/* A key of some hundred bytes. */
#pragma D option quiet

BEGIN
{
	this->a = strjoin("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");
	@[this->a, strjoin(this->a, "1"), 1] = count();
	@[this->a, strjoin(this->a, "1"), 1] = count();
	@[this->a, strjoin(this->a, "2"), 1] = count();
	printa("%s\n%s\n%d %@d\n", @);
	exit(0);
}
