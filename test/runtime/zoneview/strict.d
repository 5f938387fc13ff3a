/* What a zone sees of itself where only root may pass the root directory. */
/* @needs: others */
/* @run: sh ../zoneadm/strict-root "$TMP/root" sh ./strict.sh 2>&1 */
