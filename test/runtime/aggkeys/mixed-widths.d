/* Different uses of a key position have different widths; the values are the same. */
#pragma D option quiet

BEGIN
{
	this->c = (char)7;
	this->l = 7ll;
	@a[7] = count();
	@a[this->c] = count();
	@b[this->l] = count();
	@b[7] = count();
	exit(0);
}
