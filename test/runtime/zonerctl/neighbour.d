/* Zones that do their worst, and their neighbour. */
/* @needs: python3 others */
/* @timeout: 120 */
/* @run: sh ./neighbour.sh 2>&1 */
