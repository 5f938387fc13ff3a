/* A clause without actions prints the line's head alone, and so does one that only exits. */
/* @filter: s/^  [0-9]+ /CPU / */
BEGIN
{
}

BEGIN
/1/
{
	exit(0);
}
