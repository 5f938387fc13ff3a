/* Resource controls: as configured, in effect, shown and changed while the zone is up; what Linux cannot is told. */
/* @needs: python3 others */
/* @timeout: 60 */
/* @run: sh limits.sh */
