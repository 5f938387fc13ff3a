/*
 * journal.c - segments written, synced and read again
 */
#include "analytics/store/journal.h"

#include "analytics/store/column.h"
#include "base/crc32c.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	MAGIC = 8,
	RECORD = 8,
	MAX_RECORD = 32 << 20,
	MAX_PENDING = 32 << 20,
	MAX_SEGMENT = 32 << 20,
	MAX_WRITES = 300
};
static const char magic[MAGIC] = {'G', 'H', 'J', 'R', 'N', 'L', 0, 1};
enum { R_FRAME = 1, R_KEY = 2, R_CUT = 3, R_NAME = 4 };

struct journal {
	int dir, fd;
	uint32_t segment, oldest;
	size_t bytes;	 /* of the segment, all of it whole */
	unsigned writes; /* to it */
	struct buf pending, record;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	int to_sync; /* a descriptor for the thread, or -1; under lock */
	bool stop;   /* under lock */
};

static void segment_name(char out[32], uint32_t number)
{
	snprintf(out, 32, "journal-%08u", number);
}

/* ---- the thread that waits for the disk ---- */

static void *journal_thread(void *arg)
{
	struct journal *j = arg;
	pthread_mutex_lock(&j->lock);
	while (!j->stop || j->to_sync >= 0) {
		if (j->to_sync < 0) {
			pthread_cond_wait(&j->wake, &j->lock);
			continue;
		}
		int fd = j->to_sync;
		j->to_sync = -1;
		pthread_mutex_unlock(&j->lock);
		fdatasync(fd); /* an error shows at the next write */
		close(fd);
		pthread_mutex_lock(&j->lock);
	}
	pthread_mutex_unlock(&j->lock);
	return NULL;
}

void journal_sync(struct journal *j)
{
	int fd = j->fd >= 0 ? fcntl(j->fd, F_DUPFD_CLOEXEC, 3) : -1;
	if (fd < 0)
		return;
	pthread_mutex_lock(&j->lock);
	if (j->to_sync >= 0)
		close(j->to_sync);
	j->to_sync = fd;
	pthread_cond_signal(&j->wake);
	pthread_mutex_unlock(&j->lock);
}

/* ---- segments ---- */

static int begin_segment(struct journal *j, struct err *e)
{
	char name[32];
	segment_name(name, j->segment + 1);
	int fd = openat(j->dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_sys(e, errno, "cannot make %s", name);
	if (write(fd, magic, MAGIC) != MAGIC) {
		int code = errno;
		close(fd);
		unlinkat(j->dir, name, 0);
		return err_sys(e, code, "cannot write %s", name);
	}
	if (j->fd >= 0) {
		journal_sync(j);
		close(j->fd);
	}
	j->fd = fd;
	j->segment++;
	j->bytes = MAGIC;
	j->writes = 0;
	return 0;
}

/* Least and greatest number of the segments in the folder; 0 when there are none. */
static void find_segments(const char *dir, uint32_t *least, uint32_t *greatest)
{
	unsigned number;
	int end;
	DIR *d = opendir(dir);
	*least = *greatest = 0;
	for (struct dirent *f; d && (f = readdir(d));) {
		end = 0;
		if (sscanf(f->d_name, "journal-%8u%n", &number, &end) != 1 || f->d_name[end])
			continue;
		if (!*least || number < *least)
			*least = number;
		if (number > *greatest)
			*greatest = number;
	}
	if (d)
		closedir(d);
}

struct journal *journal_open(const char *dir, struct err *e)
{
	struct journal *j = calloc(1, sizeof(*j));
	if (!j) {
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	j->fd = j->to_sync = -1;
	pthread_mutex_init(&j->lock, NULL);
	pthread_cond_init(&j->wake, NULL);
	j->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (j->dir < 0) {
		err_sys(e, errno, "cannot open %s", dir);
		goto fail;
	}
	find_segments(dir, &j->oldest, &j->segment);
	if (begin_segment(j, e) < 0) {
		err_wrap(e, "%s", dir);
		goto fail;
	}
	if (!j->oldest)
		j->oldest = j->segment;
	if ((errno = pthread_create(&j->thread, NULL, journal_thread, j)) == 0)
		return j;
	err_sys(e, errno, "cannot start a thread");
fail:
	if (j->fd >= 0)
		close(j->fd);
	if (j->dir >= 0)
		close(j->dir);
	free(j);
	return NULL;
}

void journal_close(struct journal *j)
{
	struct err e = {0};
	if (!j)
		return;
	journal_write(j, &e);
	journal_sync(j);
	pthread_mutex_lock(&j->lock);
	j->stop = true;
	pthread_cond_signal(&j->wake);
	pthread_mutex_unlock(&j->lock);
	pthread_join(j->thread, NULL);
	close(j->fd);
	close(j->dir);
	buf_fini(&j->pending);
	buf_fini(&j->record);
	pthread_mutex_destroy(&j->lock);
	pthread_cond_destroy(&j->wake);
	free(j);
}

uint32_t journal_segment(const struct journal *j)
{
	return j->segment;
}

void journal_drop(struct journal *j, uint32_t before)
{
	char name[32];
	for (; j->oldest < before && j->oldest < j->segment; j->oldest++) {
		segment_name(name, j->oldest);
		if (unlinkat(j->dir, name, 0) < 0 && errno != ENOENT)
			return;
	}
}

/* ---- writing ---- */

static void put_le32(struct buf *b, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		buf_putc(b, (char)(v >> (8 * i)));
}

static void begin_record(struct journal *j, char type, uint32_t dataset)
{
	buf_clear(&j->record);
	buf_putc(&j->record, type);
	buf_put_u(&j->record, dataset);
}
static void end_record(struct journal *j)
{
	if (j->pending.n + j->record.n > MAX_PENDING || j->record.oom) {
		j->record.oom = false;
		return; /* the disk has been full for long: store.c tells */
	}
	put_le32(&j->pending, (uint32_t)j->record.n);
	put_le32(&j->pending, crc32c(0, j->record.p, j->record.n));
	buf_add(&j->pending, j->record.p, j->record.n);
}

static size_t put_varint(char *p, uint64_t v)
{
	size_t n = 0;
	for (; v >= 128; v >>= 7)
		p[n++] = (char)(v | 128);
	p[n++] = (char)v;
	return n;
}
static uint64_t zigzag(int64_t v)
{
	return (uint64_t)v << 1 ^ (uint64_t)(v >> 63);
}

void journal_frame(struct journal *j, uint32_t dataset, const struct frame *f)
{
	char cell[32];
	begin_record(j, R_FRAME, dataset);
	buf_put_i(&j->record, f->second);
	buf_put_u(&j->record, f->flags);
	buf_put_u(&j->record, f->lost);
	buf_put_i(&j->record, f->sum);
	buf_put_u(&j->record, f->ncells);
	uint32_t key = 0;
	int32_t bucket = 0;
	for (uint32_t i = 0; i < f->ncells; i++) {
		const struct frame_cell *c = &f->cells[i];
		size_t n = put_varint(cell, c->key - key);
		n += put_varint(cell + n, zigzag((int64_t)c->bucket - bucket));
		n += put_varint(cell + n, zigzag(c->value));
		buf_add(&j->record, cell, n);
		key = c->key;
		bucket = c->bucket;
	}
	end_record(j);
}

void journal_key(struct journal *j, uint32_t dataset, uint32_t id, int64_t since, const char *text)
{
	begin_record(j, R_NAME, dataset);
	buf_put_u(&j->record, id);
	buf_put_i(&j->record, since);
	buf_puts(&j->record, text);
	end_record(j);
}

void journal_cut(struct journal *j, uint32_t dataset, int64_t second)
{
	begin_record(j, R_CUT, dataset);
	buf_put_i(&j->record, second);
	end_record(j);
}

int journal_write(struct journal *j, struct err *e)
{
	if ((j->bytes > MAX_SEGMENT || j->writes >= MAX_WRITES) && begin_segment(j, e) < 0)
		return -1;
	if (j->pending.n == 0)
		return 0;
	size_t done = 0;
	while (done < j->pending.n) {
		ssize_t n = write(j->fd, j->pending.p + done, j->pending.n - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			int code = n < 0 ? errno : ENOSPC;
			/* Half a record would end the segment for who reads it. */
			if (ftruncate(j->fd, (off_t)j->bytes) < 0)
				begin_segment(j, e);
			return err_sys(e, code, "cannot write the journal");
		}
		done += (size_t)n;
	}
	j->bytes += done;
	j->writes++;
	buf_clear(&j->pending);
	return 0;
}

/* ---- reading ---- */

static void parse_frame(struct bytes *b, uint32_t dataset, const struct journal_ops *ops, void *arg)
{
	struct frame f = {.second = bytes_i(b),
			  .flags = (uint32_t)bytes_u(b),
			  .lost = bytes_u(b),
			  .sum = bytes_i(b)};
	uint64_t n = bytes_u(b);
	uint32_t key = 0;
	int64_t bucket = 0;
	/* A cell takes three bytes at least. */
	if (b->bad || n > (uint64_t)(b->end - b->p) / 3 ||
	    !(f.cells = malloc((n + 1) * sizeof(*f.cells))))
		return;
	for (; f.ncells < n && !b->bad; f.ncells++) {
		key += (uint32_t)bytes_u(b);
		bucket += bytes_i(b);
		f.cells[f.ncells] = (struct frame_cell){key, (int32_t)bucket, bytes_i(b)};
	}
	if (!b->bad) {
		frame_sort(&f);
		ops->frame(arg, dataset, &f);
	}
	free(f.cells);
}

static void parse_record(const uint8_t *p, size_t n, const struct journal_ops *ops, void *arg)
{
	struct bytes b = {p + 1, p + n, false};
	uint32_t dataset = (uint32_t)bytes_u(&b);
	if (*p == R_FRAME) {
		parse_frame(&b, dataset, ops, arg);
	} else if (*p == R_KEY || *p == R_NAME) {
		uint32_t id = (uint32_t)bytes_u(&b);
		int64_t since = *p == R_NAME ? bytes_i(&b) : 0;
		char *text = b.bad ? NULL : strndup((const char *)b.p, (size_t)(b.end - b.p));
		if (text)
			ops->key(arg, dataset, id, since, text);
		free(text);
	} else if (*p == R_CUT) {
		int64_t second = bytes_i(&b);
		if (!b.bad)
			ops->cut(arg, dataset, second);
	}
}

static uint32_t get_le32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

size_t journal_parse(const void *data, size_t n, const struct journal_ops *ops, void *arg)
{
	const uint8_t *p = data;
	size_t at = MAGIC;
	if (n < MAGIC || memcmp(p, magic, MAGIC) != 0)
		return 0;
	while (n - at > RECORD) {
		size_t bytes = get_le32(p + at);
		if (bytes == 0 || bytes > MAX_RECORD || bytes > n - at - RECORD ||
		    crc32c(0, p + at + RECORD, bytes) != get_le32(p + at + 4))
			break;
		parse_record(p + at + RECORD, bytes, ops, arg);
		at += RECORD + bytes;
	}
	return at;
}

static int replay_segment(struct journal *j, uint32_t number, const struct journal_ops *ops,
			  void *arg, struct err *e)
{
	char name[32];
	struct stat st;
	segment_name(name, number);
	int fd = openat(j->dir, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : err_sys(e, errno, "cannot open %s", name);
	size_t n = 0, size = fstat(fd, &st) == 0 ? (size_t)st.st_size : 0;
	char *p = malloc(size + 1);
	for (ssize_t got; p && n < size && (got = read(fd, p + n, size - n)) > 0;)
		n += (size_t)got;
	close(fd);
	if (p)
		journal_parse(p, n, ops, arg);
	free(p);
	return p ? 0 : err_set(e, ENOMEM, "out of memory");
}

int journal_replay(struct journal *j, const struct journal_ops *ops, void *arg, struct err *e)
{
	for (uint32_t i = j->oldest; i < j->segment; i++)
		if (replay_segment(j, i, ops, arg, e) < 0)
			return -1;
	return 0;
}
