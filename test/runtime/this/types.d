#pragma D option quiet

this char c;
this unsigned short us;
this long l;
this int *p;
this string s;
this struct { int a; char b[3]; } st;

BEGIN
{
	this->c = 400;
	this->us = -1;
	this->l = this->c * 1ll << 40;
	this->p = (int *)alloca(8);
	this->p[1] = 4;
	this->s = "text";
	this->st.a = 5;
	this->st.b[2] = 'x';
}

BEGIN
{
	printf("%d %d %d %d %s %d %c\n", this->c, this->us, this->l >> 40, this->p[1], this->s,
	    this->st.a, this->st.b[2]);
	exit(0);
}
