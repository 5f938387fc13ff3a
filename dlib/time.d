/*
 * time.d - times as programs pass them to system calls
 *
 * The kernel's own types have other names (struct __kernel_timespec); programs say these in
 * (struct timespec *)copyin(arg0, sizeof (struct timespec)).
 */

struct timespec {
	long tv_sec;
	long tv_nsec;
};

struct timeval {
	long tv_sec;
	long tv_usec;
};

struct itimerval {
	struct timeval it_interval;
	struct timeval it_value;
};

typedef struct timespec timespec_t;
typedef struct timespec timestruc_t;
