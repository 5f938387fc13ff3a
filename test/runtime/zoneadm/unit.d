/* The unit that boots zones with the system. */
/* @needs: systemd-analyze others */
/* @run: sh ./unit.sh 2>&1 */
