#pragma D option quiet

BEGIN
{
	w["the"]++; w["cat"]++; w["the"]++; w["a"] += 5; w["the"] -= 1;
	printf("%d %d %d %d\n", w["the"], w["cat"], w["a"], w["none"]);
	exit(0);
}
