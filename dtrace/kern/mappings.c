/*
 * mappings.c - what processes map to execute, as it happens
 *
 * A process may be gone when its stacks are printed, and /proc with it. The kernel tells of every
 * executable mapping and every fork through the ring of a dummy event on each CPU, as it tells perf.
 * In: nothing. Out: struct kern_mapping, in order for each CPU. When a ring overflows the newest are
 * lost; the addresses of those processes then have no names.
 */
#include "dtrace/kern/kern.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { RING_PAGES = 64, RECORD_MAX = 8192 };

struct ring {
	int fd;
	uint8_t *base; /* a page of struct perf_event_mmap_page, then RING_PAGES of data */
};
struct kern_mappings {
	size_t page_bytes;
	bool wake;
	int nrings;
	struct ring rings[];
};

/* Of PERF_RECORD_MMAP2 and PERF_RECORD_FORK (linux/perf_event.h) */
struct mmap_record {
	struct perf_event_header h;
	uint32_t pid, tid;
	uint64_t addr, bytes, offset;
	uint32_t maj, min;
	uint64_t ino, generation;
	uint32_t prot, flags;
	char path[];
};
struct fork_record {
	struct perf_event_header h;
	uint32_t pid, parent, tid, parent_tid;
	uint64_t time;
};

static int open_ring(void *arg, int cpu)
{
	struct kern_mappings *m = arg;
	struct perf_event_attr attr = {
	    .type = PERF_TYPE_SOFTWARE,
	    .size = sizeof(attr),
	    .config = PERF_COUNT_SW_DUMMY,
	    .mmap = 1,
	    .mmap2 = 1,
	    .task = 1,
	    .watermark = 1,
	    .wakeup_watermark = m->wake ? 1 : UINT32_MAX,
	};
	int fd = (int)syscall(SYS_perf_event_open, &attr, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);

	if (fd < 0)
		return errno;
	void *base =
	    mmap(NULL, (1 + RING_PAGES) * m->page_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (base == MAP_FAILED) {
		int code = errno;
		close(fd);
		return code;
	}
	m->rings[m->nrings++] = (struct ring){fd, base};
	return 0;
}

struct kern_mappings *kern_mappings_open(bool wake, struct err *e)
{
	size_t ncpus = (size_t)kern_ncpus_possible();
	struct kern_mappings *m = calloc(1, sizeof(*m) + ncpus * sizeof(m->rings[0]));

	if (!m)
		return err_set(e, ENOMEM, "out of memory"), NULL;
	m->page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	m->wake = wake;
	int code = kern_each_online_cpu(open_ring, m);
	if (!code)
		return m;
	err_sys(e, code, "cannot watch what processes map");
	kern_mappings_close(m);
	return NULL;
}

int kern_mappings_fds(const struct kern_mappings *m, int *fds, int max)
{
	int n = 0;

	for (; m && n < m->nrings && n < max; n++)
		fds[n] = m->rings[n].fd;
	return n;
}

void kern_mappings_close(struct kern_mappings *m)
{
	for (int i = 0; m && i < m->nrings; i++) {
		munmap(m->rings[i].base, (1 + RING_PAGES) * m->page_bytes);
		close(m->rings[i].fd);
	}
	free(m);
}

static void tell(const struct perf_event_header *h, kern_mapping_fn *fn, void *arg)
{
	if (h->type == PERF_RECORD_MMAP2 && h->size > sizeof(struct mmap_record)) {
		const struct mmap_record *r = (const void *)h;
		fn(arg, &(struct kern_mapping){.pid = r->pid,
					       .start = r->addr,
					       .bytes = r->bytes,
					       .offset = r->offset,
					       .ino = r->ino,
					       .path = r->path});
	} else if (h->type == PERF_RECORD_FORK && h->size >= sizeof(struct fork_record)) {
		const struct fork_record *r = (const void *)h;
		if (r->pid != r->parent)
			fn(arg, &(struct kern_mapping){.pid = r->pid, .parent = r->parent});
	}
}

static void read_ring(const struct kern_mappings *m, const struct ring *ring, kern_mapping_fn *fn,
		      void *arg)
{
	struct perf_event_mmap_page *page = (void *)ring->base;
	const uint8_t *data = ring->base + m->page_bytes;
	size_t size = RING_PAGES * m->page_bytes;
	uint64_t head = __atomic_load_n(&page->data_head, __ATOMIC_ACQUIRE);
	uint64_t tail = page->data_tail;
	_Alignas(8) uint8_t record[RECORD_MAX];

	while (tail < head) {
		const struct perf_event_header *h = (const void *)(data + tail % size);
		size_t n = h->size, first = size - tail % size;
		if (n < sizeof(*h))
			break;
		if (n < sizeof(record)) {
			first = first < n ? first : n;
			memcpy(record, data + tail % size, first);
			memcpy(record + first, data, n - first);
			record[n] = 0;
			tell((const void *)record, fn, arg);
		}
		tail += n;
	}
	__atomic_store_n(&page->data_tail, head, __ATOMIC_RELEASE);
}

void kern_mappings_read(struct kern_mappings *m, kern_mapping_fn *fn, void *arg)
{
	for (int i = 0; i < m->nrings; i++)
		read_ring(m, &m->rings[i], fn, arg);
}
