/* Headers of the system as they are: what D knows already, inline functions and GNU's own are no errors. */
/* @opts: -qC */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

BEGIN
{
	printf("%d %d %d\n", EINVAL, SIGKILL, INT_MAX);
	printf("0%o 0%o\n", O_CREAT, S_IFMT);
	printf("%d %d %d\n", sizeof(struct sockaddr_in), sizeof(struct stat), sizeof(pthread_mutex_t));
	printf("%d %d\n", AF_INET, offsetof(struct sockaddr_un, sun_path));
	printf("%d %d\n", BPF_MAP_TYPE_HASH, EPOLLIN);
	exit(0);
}
