/* json(): members, elements, nested, quoted, absent */
/* @opts: -q */

BEGIN
{
	this->j = "{\"name\":\"Kim\",\"n\":42,\"f\":-1.5e3,\"t\":true,\"z\":null,\"l\":[1,[2,3],{\"x\":\"y\"}],\"o\":{\"a\":{\"b\":\"deep\"}},\"e\":\"\"}";
	printf("[%s]\n", json(this->j, "name"));
	printf("[%s]\n", json(this->j, "n"));
	printf("[%s]\n", json(this->j, "f"));
	printf("[%s]\n", json(this->j, "t"));
	printf("[%s]\n", json(this->j, "z"));
	printf("[%s]\n", json(this->j, "l[0]"));
	printf("[%s]\n", json(this->j, "l[1][1]"));
	printf("[%s]\n", json(this->j, "l[2].x"));
	printf("[%s]\n", json(this->j, "o.a.b"));
	printf("[%s]\n", json(this->j, "l[1]"));
	printf("[%s]\n", json(this->j, "o.a"));
	printf("[%s]\n", json(this->j, "e"));
	printf("%d\n", json(this->j, "none") == NULL);
	printf("%d\n", json(this->j, "name.x") == NULL);
	printf("%d\n", json(this->j, "l[9]") == NULL);
	printf("%d\n", json(this->j, "o.a.c") == NULL);
	printf("%d\n", json(this->j, "name") == NULL);
	printf("%d\n", strtoll(json(this->j, "n")) + 1);
	exit(0);
}
