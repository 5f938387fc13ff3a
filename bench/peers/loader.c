/*
 * loader.c - loads and attaches one hand-written object, says "ready", works until told to stop
 *
 *	loader OBJECT [records]
 *
 * In: an object made by clang. With "records" its ring buffer is consumed every 5 ms, as the command
 * under comparison does. Out: "ready" once everything is attached, the number of records and drops
 * at the end. Ends on SIGINT or SIGTERM.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t stop;

static void on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

static int quiet(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	return level == LIBBPF_WARN ? vfprintf(stderr, fmt, ap) : 0;
}

static unsigned long long records, sum;

static int on_record(void *ctx, void *data, size_t size)
{
	(void)ctx;
	records++;
	for (size_t i = 0; i + 8 <= size; i += 8)
		sum += *(unsigned long long *)((char *)data + i);
	return 0;
}

int main(int argc, char **argv)
{
	struct bpf_object *obj;
	struct bpf_program *prog;
	struct ring_buffer *rb = NULL;

	if (argc < 2)
		return 2;
	libbpf_set_print(quiet);
	libbpf_set_strict_mode(LIBBPF_STRICT_ALL);
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	obj = bpf_object__open_file(argv[1], NULL);
	if (!obj || bpf_object__load(obj) < 0)
		return 1;
	bpf_object__for_each_program(prog, obj)
	{
		if (!bpf_program__attach(prog))
			return 1;
	}
	if (argc > 2) {
		struct bpf_map *m = bpf_object__find_map_by_name(obj, "records");

		rb = ring_buffer__new(bpf_map__fd(m), on_record, NULL, NULL);
		if (!rb)
			return 1;
	}
	puts("ready");
	fflush(stdout);
	while (!stop) {
		if (rb)
			ring_buffer__consume(rb);
		usleep(rb ? 5000 : 100000);
	}
	if (rb) {
		ring_buffer__consume(rb);
		printf("records %llu sum %llx\n", records, sum);
	}
	return 0;
}
