/* The privileges of a zone, as capabilities. */
/* @needs: others */
/* @timeout: 60 */
/* @run: sh ./privileges.sh 2>&1 */
