/* Where variables of each kind lie: global, thread-local, clause-local, associative. */
BEGIN
{
	this->x = arg0;
	self->y = this->x + 1;
	count[self->y, 3]++;
	total += count[self->y, 3];
}
