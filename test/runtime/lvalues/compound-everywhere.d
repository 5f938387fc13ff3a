/* Every assignment operator on every kind of lvalue. */
#pragma D option quiet

struct s { short m; unsigned int b : 6; int a[3]; };
int g;
this unsigned char t;
self long f;
short m[int];
self int sm[string];
struct s v;
this struct s tv;
self struct s fv;
struct s mv[int];
int *p;
int arr[3];

BEGIN
{
	p = (int *)alloca(4);
	i = 1;
	g = 7; g += 3; g -= 1; g *= 4; g /= 5; g %= 4; g <<= 3; g >>= 1; g |= 5; g &= 13; g ^= 2;
	this->t = 7; this->t += 3; this->t -= 1; this->t *= 4; this->t /= 5; this->t %= 4;
	this->t <<= 3; this->t >>= 1; this->t |= 5; this->t &= 13; this->t ^= 2;
	self->f = 7; self->f += 3; self->f -= 1; self->f *= 4; self->f /= 5; self->f %= 4;
	self->f <<= 3; self->f >>= 1; self->f |= 5; self->f &= 13; self->f ^= 2;
	m[i] = 7; m[i] += 3; m[i] -= 1; m[i] *= 4; m[i] /= 5; m[i] %= 4;
	m[i] <<= 3; m[i] >>= 1; m[i] |= 5; m[i] &= 13; m[i] ^= 2;
	self->sm["x"] = 7; self->sm["x"] += 3; self->sm["x"] -= 1; self->sm["x"] *= 4;
	self->sm["x"] /= 5; self->sm["x"] %= 4; self->sm["x"] <<= 3; self->sm["x"] >>= 1;
	self->sm["x"] |= 5; self->sm["x"] &= 13; self->sm["x"] ^= 2;
	printf("%d %d %d %d %d\n", g, this->t, self->f, m[i], self->sm["x"]);
	v.m = 7; v.m += 3; v.m -= 1; v.m *= 4; v.m /= 5; v.m %= 4; v.m <<= 3; v.m >>= 1;
	v.m |= 5; v.m &= 13; v.m ^= 2;
	v.b = 7; v.b += 3; v.b -= 1; v.b *= 4; v.b /= 5; v.b %= 4; v.b <<= 3; v.b >>= 1;
	v.b |= 5; v.b &= 13; v.b ^= 2;
	v.a[i] = 7; v.a[i] += 3; v.a[i] -= 1; v.a[i] *= 4; v.a[i] /= 5; v.a[i] %= 4;
	v.a[i] <<= 3; v.a[i] >>= 1; v.a[i] |= 5; v.a[i] &= 13; v.a[i] ^= 2;
	*p = 7; *p += 3; *p -= 1; *p *= 4; *p /= 5; *p %= 4; *p <<= 3; *p >>= 1;
	*p |= 5; *p &= 13; *p ^= 2;
	arr[i] = 7; arr[i] += 3; arr[i] -= 1; arr[i] *= 4; arr[i] /= 5; arr[i] %= 4;
	arr[i] <<= 3; arr[i] >>= 1; arr[i] |= 5; arr[i] &= 13; arr[i] ^= 2;
	printf("%d %d %d %d %d\n", v.m, v.b, v.a[i], *p, arr[i]);
	this->tv.b += 70; self->fv.b += 70; mv[3].b += 70;
	this->tv.a[i] += 5; self->fv.a[i] += 5; mv[3].a[i] += 5;
	printf("%d %d %d %d %d %d\n", this->tv.b, self->fv.b, mv[3].b, this->tv.a[1], self->fv.a[1],
	    mv[3].a[1]);
	exit(0);
}
