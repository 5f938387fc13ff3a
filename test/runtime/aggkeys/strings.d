/* String keys of every kind are equal when their texts are. */
#pragma D option quiet

BEGIN
{
	v = "BEGIN";
	this->s = strjoin("BEG", "IN");
	@a["BEGIN"] = count();
	@a[probename] = count();
	@a[v] = count();
	@a[this->s] = count();
	@a[strjoin("B", "EGIN")] = count();
	@a[substr("xBEGIN", 1)] = count();
	@a["other"] = count();
	@a[""] = count();
	exit(0);
}
