/* Zones where only root may pass the root directory. */
/* @needs: others */
/* @timeout: 60 */
/* @run: sh ./strict-root "$TMP/root" sh ./strict.sh 2>&1 */
