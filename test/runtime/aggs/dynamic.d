/* Values of variables and expressions. */
#pragma D option quiet

BEGIN
{
	x = 12;
	this->y = -7;
	self->z = 3;
	@a["x"] = sum(x);
	@a["y"] = sum(this->y);
	@a["z"] = sum(self->z);
	@a["x * y"] = sum(x * this->y);
	@a["y / z"] = sum(this->y / self->z);
	@a["x > y"] = sum(x > this->y);
	@a["? :"] = sum(x > 10 ? 20 : 30);
	exit(0);
}
