/* Strings compare byte by byte, as unsigned characters */
/* @opts: -q */

string g;
BEGIN
{
	g = "mmm";
	this->l = "mmm";
	self->t = "mmn";
	printf("%d%d%d%d%d%d\n", g == this->l, g != this->l, g < this->l, g <= this->l, g > this->l, g >= this->l);
	printf("%d%d%d%d%d%d\n", g == self->t, g != self->t, g < self->t, g <= self->t, g > self->t, g >= self->t);
	printf("%d%d%d%d%d%d\n", self->t == g, self->t != g, self->t < g, self->t <= g, self->t > g, self->t >= g);
	printf("%d%d%d%d%d%d\n", g == "mm", g != "mm", g < "mm", g <= "mm", g > "mm", g >= "mm");
	printf("%d%d%d%d%d%d\n", "mm" == g, "mm" != g, "mm" < g, "mm" <= g, "mm" > g, "mm" >= g);
	printf("%d%d%d%d%d%d\n", g == "", g != "", g < "", g <= "", g > "", g >= "");
	printf("%d%d%d%d%d%d\n", "abc" == "abd", "abc" != "abd", "abc" < "abd", "abc" <= "abd", "abc" > "abd", "abc" >= "abd");
	printf("%d%d%d%d%d%d\n", "B" == "a", "B" != "a", "B" < "a", "B" <= "a", "B" > "a", "B" >= "a");
	printf("%d%d%d%d%d%d\n", "\xff" == "a", "\xff" != "a", "\xff" < "a", "\xff" <= "a", "\xff" > "a", "\xff" >= "a");
	printf("%d%d%d%d%d%d\n", probename == "BEGIN", probename != "BEGIN", probename < "BEGIN", probename <= "BEGIN", probename > "BEGIN", probename >= "BEGIN");
	printf("%d%d%d%d%d%d\n", probeprov == probename, probeprov != probename, probeprov < probename, probeprov <= probename, probeprov > probename, probeprov >= probename);
	printf("%d%d%d%d%d%d\n", "12345678" == "12345679", "12345678" != "12345679", "12345678" < "12345679", "12345678" <= "12345679", "12345678" > "12345679", "12345678" >= "12345679");
	printf("%d%d%d%d%d%d\n", "1234567890123456789" == "1234567890123456788", "1234567890123456789" != "1234567890123456788", "1234567890123456789" < "1234567890123456788", "1234567890123456789" <= "1234567890123456788", "1234567890123456789" > "1234567890123456788", "1234567890123456789" >= "1234567890123456788");
	exit(0);
}
