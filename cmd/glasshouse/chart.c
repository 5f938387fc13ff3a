/*
 * chart.c - pictures of text: bars, small columns, cells of heat maps
 */
#include "cmd/glasshouse/glasshouse.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum shades chart_shades(const struct options *o)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
	if (o->plain)
		return SHADES_PLAIN;
	bool colour = isatty(STDOUT_FILENO) && !(no && *no) && term && strcmp(term, "dumb") != 0;
	return colour ? SHADES_COLOUR : SHADES_BLOCKS;
}

int chart_columns(void)
{
	struct winsize w;
	const char *columns = getenv("COLUMNS");
	int n = columns ? atoi(columns) : 0;
	if (n <= 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0)
		n = w.ws_col;
	return n < 40 ? 80 : n > 400 ? 400 : n;
}

int chart_shade(double count, double max)
{
	if (!(count > 0))
		return 0;
	if (count >= max || max <= 1)
		return SHADE_MAX;
	int shade = 1 + (int)((SHADE_MAX - 1) * log(count + 1) / log(max + 1));
	return shade > SHADE_MAX ? SHADE_MAX : shade;
}

void chart_cell(enum shades s, int shade, struct buf *out)
{
	/* From dark blue by red to bright yellow, of the 256 colours that terminals have. */
	static const int colours[SHADE_MAX] = {17, 18, 54, 90, 126, 161, 196, 208, 226};
	static const char *const blocks[SHADE_MAX + 1] = {" ",	    "\u00b7", "\u2591", "\u2591",
							  "\u2592", "\u2592", "\u2593", "\u2593",
							  "\u2588", "\u2588"};
	static const char letters[] = " .:-=+*#%@";
	if (s == SHADES_PLAIN)
		buf_putc(out, letters[shade]);
	else if (s == SHADES_BLOCKS || !shade)
		buf_puts(out, blocks[shade]);
	else
		buf_printf(out, "\033[48;5;%dm \033[0m", colours[shade - 1]);
}

void chart_bar(enum shades s, double v, double max, int width, struct buf *out)
{
	static const char *const parts[] = {"",	      "\u258f", "\u258e", "\u258d",
					    "\u258c", "\u258b", "\u258a", "\u2589"};
	double eighths = max > 0 && v > 0 ? v / max * width * 8 : 0;
	if (eighths > width * 8)
		eighths = width * 8;
	for (int i = 0; i < (int)(eighths / 8); i++)
		buf_puts(out, s == SHADES_PLAIN ? "#" : "\u2588");
	if (s != SHADES_PLAIN)
		buf_puts(out, parts[(int)eighths % 8]);
}

void chart_line(enum shades s, const double *v, size_t n, double max, struct buf *out)
{
	static const char *const columns[] = {"\u2581", "\u2582", "\u2583", "\u2584",
					      "\u2585", "\u2586", "\u2587", "\u2588"};
	static const char letters[] = "_.:-=+*#";
	for (size_t i = 0; i < n; i++) {
		int k = max > 0 && v[i] > 0 ? (int)(v[i] / max * 7.999) : 0;
		k = k > 7 ? 7 : k;
		if (isnan(v[i]))
			buf_putc(out, ' ');
		else if (s == SHADES_PLAIN)
			buf_putc(out, letters[k]);
		else
			buf_puts(out, columns[k]);
	}
}
