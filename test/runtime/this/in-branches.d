#pragma D option quiet

this int a, b;
int x;

BEGIN
{
	if (x == 0) {
		this->a = 1;
		if (this->a)
			this->b = 2;
	}
	else
		this->a = 5;
	this->a += this->b;
	printf("%d %d\n", this->a, this->b);
}

BEGIN { exit(0); }
