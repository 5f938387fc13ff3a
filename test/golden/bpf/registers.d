/* More values alive than there are registers. */
int v;

BEGIN
{
	this->a = v + 1;
	this->b = v * 3;
	this->c = v ^ 5;
	this->d = v << 2;
	this->e = v - 9;
	trace((this->a + this->b) * (this->c + this->d) * (this->e + this->a) * (this->b - this->c));
}
