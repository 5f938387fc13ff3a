/* security-flags: processes with and without random addresses, and what cannot be taken off. */
/* @needs: python3 setarch others */
/* @run: exec 2>&1; sh ./security.sh */
