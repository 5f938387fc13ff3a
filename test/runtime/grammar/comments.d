#pragma D option quiet

/* one */
/* several
 * lines
 */
BEGIN /* after the name */
/* before */ /1 /* in the predicate */ == 1/
{ /* in */
	printf("a /* no comment */ b\n"); /* after */
	/**/ x = 1; /***/
	exit(/* status */ 0);
}
/* last */
