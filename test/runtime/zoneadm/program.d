/* Images of containers say how their program is run. */
/* @needs: python3 busybox others */
/* @timeout: 90 */
/* @run: sh ./program.sh 2>&1 */
