/* systemd in a zone. */
/* @needs: others systemctl */
/* @timeout: 120 */
/* @run: sh ./systemd.sh 2>&1 */
