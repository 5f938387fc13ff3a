/* Clauses that take more instructions than a short jump passes over, with long jumps and with relays. */
/* @needs: cpu_v4 */
/* @run: sh long-jumps.sh */
/* @timeout: 60 */
