/*
 * cli_options.h - the options of the command dtrace, one row each
 *
 * The usage message and the completions are printed from these rows; the manual must name each of them. Rows stand in the
 * order of the usage message.
 */
#ifndef CMD_CLI_OPTIONS_H
#define CMD_CLI_OPTIONS_H

#include <stddef.h>

struct cli_option {
	char letter;
	const char *arg; /* what follows it, or NULL */
	const char *doc;
};

static const struct cli_option cli_options[] = {
    {'a', NULL, "claim anonymous tracing state"},
    {'A', NULL, "save the programs for anonymous tracing, from when the machine starts"},
    {'b', "bufsz", "set trace buffer size"},
    {'c', "cmd", "run specified command and exit upon its completion"},
    {'C', NULL, "run cpp(1) preprocessor on script files"},
    {'D', "name[=def]", "define symbol when invoking preprocessor"},
    {'e', NULL, "exit after compiling request but prior to enabling probes"},
    {'f', "func", "enable or list probes matching the specified function name"},
    {'F', NULL, "coalesce trace output by function"},
    {'G', NULL, "generate an ELF object of the probes that a program defines"},
    {'h', NULL, "generate a header file of the probes that a program defines"},
    {'H', NULL, "print included files when invoking preprocessor"},
    {'i', "probe-id", "enable or list probes matching the specified probe id"},
    {'I', "path", "add include directory to preprocessor search path"},
    {'l', NULL, "list probes matching specified criteria"},
    {'L', "path", "add library directory to library search path"},
    {'m', "module", "enable or list probes matching the specified module name"},
    {'n', "name", "enable or list probes matching the specified probe name"},
    {'o', "output", "set output file"},
    {'p', "pid", "grab specified process-ID and cache its symbol tables"},
    {'P', "provider", "enable or list probes matching the specified provider name"},
    {'q', NULL, "set quiet mode (only output explicitly traced data)"},
    {'s', "script", "enable or list probes according to the specified D script"},
    {'S', NULL, "print D compiler intermediate code"},
    {'U', "name", "undefine symbol when invoking preprocessor"},
    {'v', NULL, "set verbose mode (report stability attributes, arguments)"},
    {'V', NULL, "report D API version"},
    {'w', NULL, "permit destructive actions"},
    {'x', "opt[=val]", "enable or modify compiler and tracing options"},
    {'X', "a|c|s|t", "specify ISO C conformance settings for preprocessor"},
    {'Z', NULL, "permit probe descriptions that match zero probes"},
};

enum { CLI_NOPTIONS = sizeof(cli_options) / sizeof(cli_options[0]) };

/* Long ones, with what follows them. */
static const struct {
	const char *name, *arg, *doc;
} cli_long_options[] = {
    {"anonymous", "[=file]", "enable what -A saved, and hold it for -a"},
    {"flame", "file.svg", "write the stacks to this file, as a flame graph"},
    {"format", "text|json|folded", "set output format (json: one object a line)"},
    {"help", NULL, "print this message and exit"},
    {"version", NULL, "print the version and exit"},
};

enum { CLI_NLONG = sizeof(cli_long_options) / sizeof(cli_long_options[0]) };

#endif
