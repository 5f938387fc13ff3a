#pragma D option quiet

BEGIN
{
	this->a = 1; this->b = this->a + 1; this->c = this->b + 1; this->d = this->c + 1;
	this->e = this->d + 1; this->f = this->e + 1; this->g = this->f + 1; this->h = this->g + 1;
	this->i = this->h + 1; this->j = this->i + 1; this->k = this->j + 1; this->l = this->k + 1;
	this->m = this->l + 1; this->n = this->m + 1; this->o = this->n + 1; this->p = this->o + 1;
	this->s = strjoin("x", "y");
	@ = sum(this->p);
	printf("%d\n", this->a + this->b + this->c + this->d + this->e + this->f + this->g + this->h +
	    this->i + this->j + this->k + this->l + this->m + this->n + this->o + this->p);
	printf("%d %d %s\n", this->a, this->p, this->s);
	printa("%@d\n", @);
	exit(0);
}
