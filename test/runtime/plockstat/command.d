/* The command plockstat. Its program walks stacks in many places: too many for a verifier that follows every turn of a loop. */
/* @timeout: 90 */
/* @run: sh command.sh */
