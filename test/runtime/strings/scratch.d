/* Many string operations in one clause, and values that outlive them */
/* @opts: -q */

BEGIN
{
	this->v0 = strjoin(lltostr(0), strjoin(":", toupper("v0")));
	this->v1 = strjoin(lltostr(1), strjoin(":", toupper("v1")));
	this->v2 = strjoin(lltostr(2), strjoin(":", toupper("v2")));
	this->v3 = strjoin(lltostr(3), strjoin(":", toupper("v3")));
	this->v4 = strjoin(lltostr(4), strjoin(":", toupper("v4")));
	this->v5 = strjoin(lltostr(5), strjoin(":", toupper("v5")));
	this->v6 = strjoin(lltostr(6), strjoin(":", toupper("v6")));
	this->v7 = strjoin(lltostr(7), strjoin(":", toupper("v7")));
	this->v8 = strjoin(lltostr(8), strjoin(":", toupper("v8")));
	this->v9 = strjoin(lltostr(9), strjoin(":", toupper("v9")));
	this->v10 = strjoin(lltostr(10), strjoin(":", toupper("v10")));
	this->v11 = strjoin(lltostr(11), strjoin(":", toupper("v11")));
	this->v12 = strjoin(lltostr(12), strjoin(":", toupper("v12")));
	this->v13 = strjoin(lltostr(13), strjoin(":", toupper("v13")));
	this->v14 = strjoin(lltostr(14), strjoin(":", toupper("v14")));
	this->v15 = strjoin(lltostr(15), strjoin(":", toupper("v15")));
	this->v16 = strjoin(lltostr(16), strjoin(":", toupper("v16")));
	this->v17 = strjoin(lltostr(17), strjoin(":", toupper("v17")));
	this->v18 = strjoin(lltostr(18), strjoin(":", toupper("v18")));
	this->v19 = strjoin(lltostr(19), strjoin(":", toupper("v19")));
	this->v20 = strjoin(lltostr(20), strjoin(":", toupper("v20")));
	this->v21 = strjoin(lltostr(21), strjoin(":", toupper("v21")));
	this->v22 = strjoin(lltostr(22), strjoin(":", toupper("v22")));
	this->v23 = strjoin(lltostr(23), strjoin(":", toupper("v23")));
	printf("%s ", this->v0);
	printf("%s ", this->v1);
	printf("%s ", this->v2);
	printf("%s ", this->v3);
	printf("%s ", this->v4);
	printf("%s ", this->v5);
	printf("%s ", this->v6);
	printf("%s ", this->v7);
	printf("%s ", this->v8);
	printf("%s ", this->v9);
	printf("%s ", this->v10);
	printf("%s ", this->v11);
	printf("%s ", this->v12);
	printf("%s ", this->v13);
	printf("%s ", this->v14);
	printf("%s ", this->v15);
	printf("%s ", this->v16);
	printf("%s ", this->v17);
	printf("%s ", this->v18);
	printf("%s ", this->v19);
	printf("%s ", this->v20);
	printf("%s ", this->v21);
	printf("%s ", this->v22);
	printf("%s ", this->v23);
	printf("\n");
}
BEGIN
{
	this->t = strjoin("x", "y");
	printf("%s %s %s\n", this->v0, this->t, this->v23);
	exit(0);
}
