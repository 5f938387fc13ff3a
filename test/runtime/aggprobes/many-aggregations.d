/* Thirty aggregations, in the order in which the program names them. */
#pragma D option quiet

BEGIN
{
	@a01 = sum(1); @a02["k"] = sum(2); @a03 = sum(3); @a04["k"] = sum(4); @a05 = sum(5);
	@a06 = sum(6); @a07["k"] = sum(7); @a08 = sum(8); @a09["k"] = sum(9); @a10 = sum(10);
	@a11 = sum(11); @a12["k"] = sum(12); @a13 = sum(13); @a14["k"] = sum(14); @a15 = sum(15);
	@a16 = sum(16); @a17["k"] = sum(17); @a18 = sum(18); @a19["k"] = sum(19); @a20 = sum(20);
	@a21 = sum(21); @a22["k"] = sum(22); @a23 = sum(23); @a24["k"] = sum(24); @a25 = sum(25);
	@a26 = sum(26); @a27["k"] = sum(27); @a28 = sum(28); @a29["k"] = sum(29); @a30 = sum(30);
	exit(0);
}
