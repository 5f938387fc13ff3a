/* The console of a zone, and the other ways of zlogin to a terminal. */
/* @needs: python3 others */
/* @timeout: 90 */
/* @run: sh ./console.sh 2>&1 */
