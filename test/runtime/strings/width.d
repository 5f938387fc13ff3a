/* Formats of strings: widths and precisions */
/* @opts: -q */

BEGIN
{
	this->s = strjoin("ab", "cd");
	printf("[%10s] [%-10s] [%.2s] [%6.3s] [%-6.3s] [%s]\n", this->s, this->s, this->s, this->s, this->s, "");
	printf("[%*s]\n", 7, this->s);
	exit(0);
}
