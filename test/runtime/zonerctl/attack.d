/* A zone cannot raise its limits. */
/* @needs: python3 others */
/* @run: sh attack.sh */
