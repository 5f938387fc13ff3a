/* A function of libc of which there are several: the one that is called is meant. */
/* @trigger: $PROGRAMS/calls 2 */
#pragma D option quiet
pid$target:libc:strcmp:entry { printf("%s %s %s\n", probefunc, copyinstr(arg0), copyinstr(arg1)); }
pid$target:libc:strcmp:return { printf("%s\n", arg1 ? "differ" : "same"); }
