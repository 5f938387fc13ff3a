/* The command plockstat. */
/* @run: sh command.sh */
