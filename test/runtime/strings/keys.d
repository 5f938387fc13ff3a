/* Strings as keys of arrays and aggregations: content counts, not where it lies */
/* @opts: -q */

string g;
BEGIN
{
	g = "key";
	this->k = strjoin("k", "ey");
	self->k = "xkey";
	a[g] = 1;
	a[this->k]++;
	a[substr(self->k, 1)]++;
	a["key"]++;
	a["ke"] = 7;
	printf("%d %d %d\n", a["key"], a["ke"], a[""]);
	b["one", 1, "two"] = "x";
	b["one", 1, strjoin("t", "wo")] = strjoin(b["one", 1, "two"], "y");
	printf("%s\n", b["one", 1, "two"]);
	@c[g, "k"] = sum(1);
	@c[this->k, strjoin("", "k")] = sum(1);
	@c["key", "other"] = sum(5);
	@n[probename] = count();
	@n["BEGIN"] = count();
	@n[strjoin("BEG", "IN")] = count();
	exit(0);
}
END
{
	printa("%s %s %@d\n", @c);
	printa("%s %@d\n", @n);
}
