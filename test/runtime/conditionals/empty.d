#pragma D option quiet

BEGIN
{
	if (1) {
	}
	if (0) {
	} else {
	}
	if (1) ; else ;
	;
	printf("done\n");
	exit(0);
}
