/* Ways out of a zone that were found elsewhere; a fork bomb and a memory hog while a neighbour works on. */
/* @needs: python3 others */
/* @timeout: 60 */
/* @run: exec 2>&1; sh ./escape.sh */
