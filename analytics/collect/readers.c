/*
 * readers.c - collectors that read files of the whole machine: CPUs, disks, interfaces, protocols, memory
 */
#include "analytics/collect/readers.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *reader_file(struct proc_rows *out, const char *path)
{
	size_t n = 0, cap = 16384;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		err_sys(&out->e, errno, "cannot open %s", path);
		return NULL;
	}
	char *p = arena_alloc(out->arena, cap);
	for (;;) {
		ssize_t got = read(fd, p + n, cap - 1 - n);
		if (got <= 0) {
			if (got < 0)
				err_sys(&out->e, errno, "cannot read %s", path);
			close(fd);
			p[n] = '\0';
			return got < 0 ? NULL : p;
		}
		n += (size_t)got;
		if (n == cap - 1) {
			p = arena_grow(out->arena, p, cap, cap * 2);
			cap *= 2;
		}
	}
}

char *reader_line(char **at)
{
	char *line = *at;
	if (!*line)
		return NULL;
	char *end = strchrnul(line, '\n');
	*at = *end ? end + 1 : end;
	*end = '\0';
	return line;
}

unsigned reader_words(char *line, char **words, unsigned most)
{
	unsigned n = 0;
	char *save;
	for (char *w = strtok_r(line, " \t", &save); w && n < most;
	     w = strtok_r(NULL, " \t", &save))
		words[n++] = w;
	return n;
}

void reader_row(struct proc_rows *out, uint32_t entity, int64_t value, int64_t of, const char *f0,
		const char *f1, const char *f2)
{
	*vec_push(&out->rows, out->arena) =
	    (struct proc_row){.fields = {f0, f1, f2}, .entity = entity, .value = value, .of = of};
}

/* cpu: user nice system idle iowait irq softirq steal, in ticks; a row for each mode that is not idle. */
static void read_cpu(struct proc_rows *out, void *arg)
{
	static const char *const modes[] = {"user",   "nice", "system",	 "idle",
					    "iowait", "irq",  "softirq", "steal"};
	char *line, *words[12], *at = reader_file(out, "/proc/stat");
	(void)arg;
	while (at && (line = reader_line(&at))) {
		if (strncmp(line, "cpu", 3) != 0 || line[3] < '0' || line[3] > '9')
			continue;
		unsigned n = reader_words(line, words, 9);
		int64_t all = 0;
		uint32_t cpu = (uint32_t)atoi(words[0] + 3);
		for (unsigned i = 1; i < n; i++)
			all += atoll(words[i]);
		for (unsigned i = 1; i < n; i++)
			if (i != 4 && i != 5) /* idle, and idle with I/O under way */
				reader_row(out, cpu, atoll(words[i]), all, words[0] + 3,
					   modes[i - 1], NULL);
	}
}

const struct proc_collector proc_collectors[] = {
    {"cpu", PROC_RATIO, {"cpu", "mode"}, read_cpu, NULL},
    {0},
};
