/*
 * load.c - does a known number of everything, and prints as JSON what it did
 *
 * usage: load FOLDER ADDRESS TCP_PORT UDP_PORT
 * The folder is for its files; direct I/O goes to them where the file system can. Connections and packets go from
 * the address, one of 127.0.0.0/8, to itself only.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	CALLS = 5000,
	WRITES = 200,
	READS = 300,
	SYNCS = 10,
	MISSING = 20,
	FORKS = 30,
	KILLED = 5,
	EXECS = 7,
	THREADS = 12,
	SIGNALS = 40,
	PAGES = 2000,
	DIRECT = 64,
	CONNECTIONS = 25,
	REFUSED = 5,
	SENT = 10000, /* bytes of a connection */
	PACKETS = 100,
	PACKET = 333,
	SPIN_MS = 400,
	NAPS = 50
};

static void die(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void files(const char *dir)
{
	char path[256], bytes[4096] = {0};
	snprintf(path, sizeof(path), "%s/known-file", dir);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (fd < 0)
		die(path);
	for (int i = 0; i < WRITES; i++)
		if (write(fd, bytes, 4096) != 4096)
			die("write");
	for (int i = 0; i < READS; i++)
		if (pread(fd, bytes, 1000, i * 1000) != 1000)
			die("read");
	for (int i = 0; i < SYNCS; i++)
		if (pwrite(fd, bytes, 1, 0) != 1 || fsync(fd) < 0)
			die("fsync");
	close(fd);
	for (int i = 0; i < MISSING; i++)
		if (open("/nonexistent/known", O_RDONLY) >= 0)
			die("a file that is not there");
}

/* -> how many bytes went straight to the disk. */
static long direct(const char *dir)
{
	char path[256];
	void *bytes;
	snprintf(path, sizeof(path), "%s/direct-file", dir);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_DIRECT, 0600);
	if (fd < 0 || posix_memalign(&bytes, 4096, 65536))
		return 0;
	memset(bytes, 1, 65536);
	for (int i = 0; i < DIRECT; i++)
		if (pwrite(fd, bytes, 65536, (off_t)i * 65536) != 65536)
			return 0;
	for (int i = 0; i < DIRECT; i++)
		if (pread(fd, bytes, 65536, (off_t)i * 65536) != 65536)
			return 0;
	free(bytes);
	close(fd);
	return (long)DIRECT * 65536;
}

static void *thread(void *arg)
{
	return arg;
}

static void processes(void)
{
	int status;
	for (int i = 0; i < FORKS; i++) {
		pid_t p = fork();
		if (p == 0 && i < KILLED) {
			raise(SIGKILL);
		} else if (p == 0 && i < KILLED + EXECS) {
			execl("/bin/true", "known-true", (char *)NULL);
			_exit(1);
		} else if (p == 0) {
			_exit(0);
		}
		if (p < 0 || waitpid(p, &status, 0) != p)
			die("fork");
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_t t;
		if (pthread_create(&t, NULL, thread, NULL) || pthread_join(t, NULL))
			die("thread");
	}
	signal(SIGUSR1, SIG_IGN);
	signal(SIGUSR2, SIG_DFL);
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	struct timespec none = {0};
	for (int i = 0; i < SIGNALS; i++)
		if (kill(getpid(), SIGUSR2) < 0 || sigtimedwait(&set, NULL, &none) != SIGUSR2)
			die("signal");
}

/* A socket bound to the address and to a port ("0": any); *a is where it is bound. */
static int bound(int type, const char *address, const char *port, struct sockaddr_in *a)
{
	*a = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
	int on = 1, fd = socket(AF_INET, type, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    inet_pton(AF_INET, address, &a->sin_addr) != 1 ||
	    bind(fd, (struct sockaddr *)a, sizeof(*a)) < 0)
		die("socket");
	return fd;
}

static void tcp(const char *address, const char *port)
{
	static char bytes[SENT];
	struct sockaddr_in a, own;
	int server = bound(SOCK_STREAM, address, port, &a);
	if (listen(server, 64) < 0)
		die("listen");
	for (int i = 0; i < CONNECTIONS; i++) {
		int c = bound(SOCK_STREAM, address, "0", &own), s;
		if (connect(c, (struct sockaddr *)&a, sizeof(a)) < 0 ||
		    (s = accept(server, NULL, NULL)) < 0)
			die("connect");
		if (write(c, bytes, SENT) != SENT || recv(s, bytes, SENT, MSG_WAITALL) != SENT)
			die("send");
		close(c);
		close(s);
	}
	close(server);
	for (int i = 0; i < REFUSED; i++) {
		int c = bound(SOCK_STREAM, address, "0", &own);
		if (connect(c, (struct sockaddr *)&a, sizeof(a)) == 0)
			die("nobody listens there");
		close(c);
	}
}

static void udp(const char *address, const char *port)
{
	char bytes[PACKET] = {0};
	struct sockaddr_in a, own;
	int to = bound(SOCK_DGRAM, address, port, &a);
	int from = bound(SOCK_DGRAM, address, "0", &own);
	for (int i = 0; i < PACKETS; i++)
		if (sendto(from, bytes, PACKET, 0, (struct sockaddr *)&a, sizeof(a)) != PACKET ||
		    recv(to, bytes, PACKET, 0) != PACKET)
			die("packet");
	close(to);
	close(from);
}

static double seconds(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	struct rusage before, after;
	if (argc != 5)
		return 2;
	prctl(PR_SET_NAME, "known-load");
	double start = seconds(CLOCK_MONOTONIC);
	getrusage(RUSAGE_SELF, &before);
	for (int i = 0; i < CALLS; i++)
		syscall(SYS_getppid);
	files(argv[1]);
	long disk = direct(argv[1]);
	processes();
	tcp(argv[2], argv[3]);
	udp(argv[2], argv[4]);
	char *pages = mmap(NULL, PAGES * 4096, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	madvise(pages, PAGES * 4096, MADV_NOHUGEPAGE);
	for (int i = 0; i < PAGES; i++)
		pages[(size_t)i * 4096] = 1;
	double began = seconds(CLOCK_MONOTONIC);
	for (int i = 0; i < NAPS; i++)
		nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
	double napped = seconds(CLOCK_MONOTONIC) - began;
	for (double until = seconds(CLOCK_THREAD_CPUTIME_ID) + SPIN_MS / 1e3;
	     seconds(CLOCK_THREAD_CPUTIME_ID) < until;)
		;
	getrusage(RUSAGE_SELF, &after);
	printf("{\"pid\": %d, \"calls\": %d, \"writes\": %d, \"reads\": %d, \"syncs\": %d, "
	       "\"missing\": %d,"
	       " \"forks\": %d, \"killed\": %d, \"execs\": %d, \"threads\": %d, \"signals\": %d, "
	       "\"pages\": %d,"
	       " \"disk\": %ld, \"connections\": %d, \"refused\": %d, \"sent\": %d, \"packets\": "
	       "%d, \"packet\": %d,"
	       " \"napped\": %.6f, \"elapsed\": %.6f, \"naps\": %d, \"faults\": %ld, \"switches\": "
	       "%ld, \"cpu\": %.6f}\n",
	       getpid(), CALLS, WRITES, READS, SYNCS, MISSING, FORKS, KILLED, EXECS, THREADS,
	       SIGNALS, PAGES, disk, CONNECTIONS, REFUSED, SENT, PACKETS, PACKET, napped,
	       seconds(CLOCK_MONOTONIC) - start, NAPS, after.ru_minflt - before.ru_minflt,
	       after.ru_nvcsw + after.ru_nivcsw - before.ru_nvcsw - before.ru_nivcsw,
	       seconds(CLOCK_PROCESS_CPUTIME_ID));
	return 0;
}
