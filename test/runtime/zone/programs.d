/*
 * Programs inside zones are found by their files, which the system has nowhere: in a zone's own root and in that of its
 * clone, processes that run already and those that come; functions, static probes, and names in their stacks.
 */
/* @needs: others */
/* @timeout: 60 */
/* @run: sh programs.sh */
