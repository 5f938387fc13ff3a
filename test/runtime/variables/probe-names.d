#pragma D option quiet

BEGIN
{
	printf("%s:%s:%s:%s\n", probeprov, probemod, probefunc, probename);
	this->n = probename;
	m[probename] = 1;
	printf("%s %d %d\n", this->n, m["BEGIN"], probename == "BEGIN");
	printf("%s\n", strjoin(probeprov, probename));
	exit(0);
}
