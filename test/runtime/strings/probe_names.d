/* The names of the probe are strings like all others */
/* @opts: -q */

BEGIN
{
	printf("%s\n", strjoin(probeprov, strjoin(probemod, strjoin(probefunc, probename))));
	printf("%s\n", substr(probename, 1));
	printf("%s\n", toupper(probeprov));
	printf("%s\n", strchr(probename, 'G'));
	printf("%s\n", strstr(probeprov, "trace"));
	printf("%s\n", tolower(probename));
	printf("%s\n", probename == "BEGIN" ? probeprov : probefunc);
	printf("%d\n", index(probename, "GI"));
	printf("%d\n", strlen(probemod));
	printf("%d\n", probemod == "");
	printf("%d\n", probename < "END");
	printf("%d\n", rindex(probename, "N"));
	this->n = probename;
	self->n = this->n;
	x[probename] = self->n;
	printf("%s %s %s\n", this->n, self->n, x["BEGIN"]);
	exit(0);
}
