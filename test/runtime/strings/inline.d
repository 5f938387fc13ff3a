/* Strings through inlines and macro variables */
/* @opts: -q */
/* @args: first /se/cond 42 */

inline string A = "inl";
inline string path[string d, string f] = strjoin(d, strjoin("/", f));
inline int same[string a] = a == A;

BEGIN
{
	this->x = "usr";
	printf("%s\n", A);
	printf("%s\n", strjoin(A, "ine"));
	printf("%s\n", path["a", "b"]);
	printf("%s\n", path[this->x, path["bin", A]]);
	printf("%s\n", $$1);
	printf("%s\n", strjoin($$1, $$2));
	printf("%s\n", basename($$2));
	printf("%d\n", same["inl"]);
	printf("%d\n", same["x"]);
	printf("%d\n", strlen($$1));
	printf("%d\n", $$1 == "first");
	printf("%d\n", $3);
	exit(0);
}
