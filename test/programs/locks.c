/*
 * locks.c - threads that lock: locks WHAT, which counts what it does and prints it
 *
 *	mutex	100 times lock and unlock
 *	block	a thread waits for a mutex that main holds, three times
 *	kinds	recursive, error-checking, trylock, timedlock
 *	rw	two readers in turn, a writer that waits for a reader, a reader that waits for a writer
 *	cond	a thread waits for a condition, once
 *	race	three threads that take two locks 300 times each, first by trying; prints how often they took one, and how often it
 *		was taken when they tried
 *	hot FOR	two threads that take the same mutex for FOR seconds
 *
 * A thread waits for another one to sleep in the kernel by the state of it in /proc: so nothing here depends on how
 * fast the machine is.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t recursive, checked;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static atomic_int other; /* the thread that is waited for */
static atomic_bool go;
static bool ready;

/* Until the thread sleeps. */
static void wait_for_sleep(void)
{
	char path[64], text[512], state = 0;

	while (!other)
		usleep(1000);
	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", (int)other);
	while (state != 'S') {
		FILE *f = fopen(path, "r");
		size_t n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;
		text[n] = 0;
		const char *end = strrchr(text, ')');
		state = 0;
		if (end)
			sscanf(end + 1, " %c", &state);
		if (f)
			fclose(f);
		usleep(1000);
	}
}

static void *lock_it(void *arg)
{
	(void)arg;
	other = (int)gettid();
	pthread_mutex_lock(&mutex);
	pthread_mutex_unlock(&mutex);
	return NULL;
}

static void *read_it(void *arg)
{
	(void)arg;
	other = (int)gettid();
	pthread_rwlock_rdlock(&rwlock);
	pthread_rwlock_unlock(&rwlock);
	return NULL;
}

static void *write_it(void *arg)
{
	(void)arg;
	other = (int)gettid();
	pthread_rwlock_wrlock(&rwlock);
	pthread_rwlock_unlock(&rwlock);
	return NULL;
}

static void *wait_it(void *arg)
{
	(void)arg;
	pthread_mutex_lock(&mutex);
	other = (int)gettid();
	while (!ready)
		pthread_cond_wait(&cond, &mutex);
	pthread_mutex_unlock(&mutex);
	return NULL;
}

static pthread_t start(void *(*fn)(void *))
{
	pthread_t t;

	other = 0;
	if (pthread_create(&t, NULL, fn, NULL) != 0)
		exit(1);
	return t;
}

static void block(void)
{
	pthread_mutex_lock(&mutex);
	pthread_t t = start(lock_it);
	wait_for_sleep();
	pthread_mutex_unlock(&mutex);
	pthread_join(t, NULL);
}

static void kinds(void)
{
	pthread_mutexattr_t a;
	struct timespec past = {0};

	pthread_mutexattr_init(&a);
	pthread_mutexattr_settype(&a, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&recursive, &a);
	pthread_mutexattr_settype(&a, PTHREAD_MUTEX_ERRORCHECK);
	pthread_mutex_init(&checked, &a);
	pthread_mutex_lock(&recursive);
	pthread_mutex_lock(&recursive);
	pthread_mutex_unlock(&recursive);
	pthread_mutex_unlock(&recursive);
	pthread_mutex_lock(&checked);
	printf("deadlock %d\n", pthread_mutex_lock(&checked) == EDEADLK);
	pthread_mutex_unlock(&checked);
	printf("not mine %d\n", pthread_mutex_unlock(&checked) == EPERM);
	pthread_mutex_lock(&mutex);
	printf("busy %d\n", pthread_mutex_trylock(&mutex) == EBUSY);
	printf("timed out %d\n", pthread_mutex_timedlock(&mutex, &past) == ETIMEDOUT);
	pthread_mutex_unlock(&mutex);
}

static void rw(void)
{
	pthread_t t;

	pthread_rwlock_rdlock(&rwlock);
	pthread_rwlock_unlock(&rwlock);
	pthread_rwlock_rdlock(&rwlock);
	t = start(write_it);
	wait_for_sleep();
	pthread_rwlock_unlock(&rwlock);
	pthread_join(t, NULL);
	pthread_rwlock_wrlock(&rwlock);
	t = start(read_it);
	wait_for_sleep();
	pthread_rwlock_unlock(&rwlock);
	pthread_join(t, NULL);
}

static void wait_once(void)
{
	pthread_t t = start(wait_it);

	wait_for_sleep();
	pthread_mutex_lock(&mutex);
	ready = true;
	pthread_cond_signal(&cond);
	pthread_mutex_unlock(&mutex);
	pthread_join(t, NULL);
}

static pthread_mutex_t raced[2] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
static atomic_int taken, busy;

static void *race_for_it(void *arg)
{
	(void)arg;
	for (int i = 0; i < 300; i++) {
		pthread_mutex_t *m = &raced[i % 2];
		if (pthread_mutex_trylock(m) == EBUSY) {
			busy++;
			pthread_mutex_lock(m);
		}
		taken++;
		if (i % 16 == 0)
			usleep(100);
		pthread_mutex_unlock(m);
	}
	return NULL;
}

static void race(void)
{
	pthread_t t[3];

	for (int i = 0; i < 3; i++)
		t[i] = start(race_for_it);
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	printf("%d %d\n", taken, busy);
}

__attribute__((noinline)) static void take_hot(void)
{
	pthread_mutex_lock(&mutex);
	usleep(2000);
	pthread_mutex_unlock(&mutex);
}

static void *take_it(void *arg)
{
	(void)arg;
	while (!go) {
		take_hot();
		usleep(100);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	for (int i = 0; !strcmp(what, "mutex") && i < 100; i++) {
		pthread_mutex_lock(&mutex);
		pthread_mutex_unlock(&mutex);
	}
	for (int i = 0; !strcmp(what, "block") && i < 3; i++)
		block();
	if (!strcmp(what, "kinds"))
		kinds();
	if (!strcmp(what, "rw"))
		rw();
	if (!strcmp(what, "cond"))
		wait_once();
	if (!strcmp(what, "race"))
		race();
	if (!strcmp(what, "hot")) {
		pthread_t a = start(take_it), b = start(take_it);
		usleep((useconds_t)(argc > 2 ? atof(argv[2]) * 1e6 : 1e6));
		go = true;
		pthread_join(a, NULL);
		pthread_join(b, NULL);
	}
	return 0;
}
