/* @filter: s/^  [0-9]+ /CPU / */
/* Assignments and aggregations leave no record. */
BEGIN
{
	x = 1;
	self->y = 2;
	this->z = 3;
	@a["quiet"] = count();
}

BEGIN
{
	trace(x + self->y);
	exit(0);
}
