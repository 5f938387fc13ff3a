/*
 * cancelled.cc - threads that are cancelled while they wait for a condition
 *
 * What they hold is let go by a destructor, as the stack is unwound through the function that waits.
 */
#include <cstdio>
#include <pthread.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;
static bool waiting;
static int destroyed;

struct guard {
	guard() { pthread_mutex_lock(&mutex); }
	~guard()
	{
		destroyed++;
		pthread_mutex_unlock(&mutex);
	}
};

static void *waiter(void *)
{
	guard g;

	waiting = true;
	for (;;)
		pthread_cond_wait(&never, &mutex);
}

static void until_it_waits()
{
	for (bool there = false; !there;) {
		pthread_mutex_lock(&mutex);
		there = waiting;
		pthread_mutex_unlock(&mutex);
		usleep(1000);
	}
}

int main()
{
	for (int i = 0; i < 3; i++) {
		pthread_t t;
		void *how;

		waiting = false;
		pthread_create(&t, nullptr, waiter, nullptr);
		until_it_waits();
		pthread_cancel(t);
		pthread_join(t, &how);
		printf("%s %d\n", how == PTHREAD_CANCELED ? "cancelled" : "returned", destroyed);
		if (destroyed != i + 1)
			return 1; /* nobody can have the mutex any more */
	}
	return 0;
}
