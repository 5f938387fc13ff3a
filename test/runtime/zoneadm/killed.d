/* kill -9 at every step of what changes a zone: the next command names the state and ends or repairs it; nothing is left over. */
/* @needs: others */
/* @timeout: 60 */
/* @run: exec 2>&1; sh ./on-loop ext4 64m $TMP/other sh ./killed.sh */
