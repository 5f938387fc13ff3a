/*
 * sockets.c - see sockets.h
 *
 * A socket that several processes have is of the first of them, in the order of their numbers: that is most often who made it,
 * and had children since.
 */
#include "dtrace/api/sockets.h"

#include "dtrace/kern/kern.h"
#include "dtrace/sym/process.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { UNLESS_THERE = 1, ANYWAY = 0 }; /* BPF_NOEXIST, BPF_ANY */
enum { LISTENS = 0x0a };	       /* as /proc/net/tcp has states */

struct filling {
	int map_fd;
	pid_t *in; /* a process of each network */
	ino_t *nets;
	size_t n, room;
};

/* ---- sockets by their inodes ---- */

static struct image_socket_key inode_key(uint64_t inode)
{
	return (struct image_socket_key){.kind = SOCKET_BY_INODE, .number = inode};
}

static void note_descriptor(const struct filling *s, int dir, const char *name, pid_t pid)
{
	char link[64];
	unsigned long long inode;
	struct err ignored = {0};
	ssize_t n = readlinkat(dir, name, link, sizeof(link) - 1);
	if (n < 0)
		return;
	link[n] = '\0';
	if (sscanf(link, "socket:[%llu]", &inode) != 1)
		return;
	struct image_socket_key key = inode_key(inode);
	struct image_socket socket = {.inode = inode, .pid = (uint32_t)pid};
	kern_map_update(s->map_fd, &key, &socket, UNLESS_THERE, &ignored);
}

static void note_descriptors(const struct filling *s, pid_t pid)
{
	char path[64];
	const struct dirent *d;
	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	DIR *dir = opendir(path);
	while (dir && (d = readdir(dir)))
		if (*d->d_name != '.')
			note_descriptor(s, dirfd(dir), d->d_name, pid);
	if (dir)
		closedir(dir);
}

/* ---- those that listen ---- */

static void note_network(struct filling *s, pid_t pid)
{
	char path[64];
	struct stat st;
	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)pid);
	if (stat(path, &st) < 0)
		return;
	for (size_t i = 0; i < s->n; i++)
		if (s->nets[i] == st.st_ino)
			return;
	if (s->n == s->room) {
		size_t room = s->room ? 2 * s->room : 16;
		pid_t *in = realloc(s->in, room * sizeof(*in));
		s->in = in ? in : s->in;
		ino_t *nets = in ? realloc(s->nets, room * sizeof(*nets)) : NULL;
		if (!nets)
			return;
		s->nets = nets;
		s->room = room;
	}
	s->nets[s->n] = st.st_ino;
	s->in[s->n++] = pid;
}

static int note_process(void *arg, pid_t pid)
{
	note_descriptors(arg, pid);
	note_network(arg, pid);
	return 0;
}

/* A line of /proc/net/tcp, tcp6: false when it is of none that listens. */
static bool parse_listener(const char *line, int family, struct image_socket_key *key,
			   uint64_t *inode)
{
	unsigned local[4] = {0}, port, state;
	unsigned long long number;
	int at = 0;
	if (family == AF_INET)
		sscanf(line, " %*d: %8X:%n", &local[0], &at);
	else
		sscanf(line, " %*d: %8X%8X%8X%8X:%n", &local[0], &local[1], &local[2], &local[3],
		       &at);
	if (!at || sscanf(line + at, "%4X %*[0-9A-F]:%*X %2X %*s %*s %*s %*u %*u %llu", &port,
			  &state, &number) != 3)
		return false;
	key->number = port | (uint64_t)family << 16;
	memcpy(key->local, local, sizeof(key->local));
	*inode = number;
	return state == LISTENS;
}

/* Of several that share a place, each gets some of the connections. */
static void note_listener(const struct filling *s, const struct image_socket_key *key,
			  uint64_t inode)
{
	struct image_socket_key by = inode_key(inode);
	struct image_socket is, other;
	struct err ignored = {0};
	if (kern_map_lookup(s->map_fd, &by, &is, &ignored) < 0)
		return;
	is.inode = 0;
	if (kern_map_lookup(s->map_fd, key, &other, &ignored) == 0 && other.pid != is.pid)
		is.pid = 0;
	kern_map_update(s->map_fd, key, &is, ANYWAY, &ignored);
}

static void note_listeners(const struct filling *s, size_t net, int family)
{
	char path[64], line[256];
	uint64_t inode;
	struct image_socket_key key = {.kind = SOCKET_LISTENER, .net = (uint32_t)s->nets[net]};
	snprintf(path, sizeof(path), "/proc/%d/net/%s", (int)s->in[net],
		 family == AF_INET ? "tcp" : "tcp6");
	FILE *f = fopen(path, "re");
	bool titles = f && fgets(line, sizeof(line), f);
	/* They come first. */
	while (titles && fgets(line, sizeof(line), f) && parse_listener(line, family, &key, &inode))
		note_listener(s, &key, inode);
	if (f)
		fclose(f);
}

void sockets_fill(const struct image *image, struct loaded *l)
{
	struct filling s = {0};
	if (!image->sockets_map)
		return;
	s.map_fd = load_map_fd(l, image->sockets_map);
	process_each(note_process, &s);
	for (size_t i = 0; i < s.n; i++) {
		note_listeners(&s, i, AF_INET);
		note_listeners(&s, i, AF_INET6);
	}
	free(s.in);
	free(s.nets);
}
