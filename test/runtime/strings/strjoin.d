/* strjoin(): nested, with empty sides and with itself */
/* @opts: -q */

BEGIN
{
	this->a = "ab";
	printf("[%s]\n", strjoin("foo", "bar"));
	printf("[%s]\n", strjoin("", "bar"));
	printf("[%s]\n", strjoin("foo", ""));
	printf("[%s]\n", strjoin("", ""));
	printf("[%s]\n", strjoin(this->a, this->a));
	printf("[%s]\n", strjoin(strjoin("a", "b"), strjoin("c", "d")));
	printf("[%s]\n", strjoin(strjoin(strjoin(probeprov, ":"), probename), "!"));
	this->a = strjoin(this->a, this->a);
	this->a = strjoin(this->a, this->a);
	this->a = strjoin("<", strjoin(this->a, ">"));
	printf("%s\n", this->a);
	exit(0);
}
