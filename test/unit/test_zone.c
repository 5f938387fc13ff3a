/*
 * zone/: the control groups that zones are made in. Skipped where none can be made.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "zone/cgroup.h"

/* Those of a zone "one" in a directory of this process's own, not "zones". */
static void find_own(struct zone_cgroups *g, const char *name)
{
	char dir[32];
	snprintf(dir, sizeof(dir), "zonetest%d", (int)getpid());
	zone_cgroups_find_in(g, NULL, dir, name);
	if (geteuid() != 0 || !g->n)
		skip();
}

static bool is_there(const char *path, bool above)
{
	char dir[sizeof(((struct zone_cgroup *)0)->path)];
	struct stat st;
	snprintf(dir, sizeof(dir), "%s", path);
	if (above)
		*strrchr(dir, '/') = '\0';
	return stat(dir, &st) == 0;
}

static void the_directory_of_all_zones_goes_with_the_last(void **state)
{
	struct zone_cgroups one, two;
	struct err e = {0};
	(void)state;
	find_own(&one, "one");
	find_own(&two, "two");
	assert_int_equal(zone_cgroups_make(&one, &e), 0);
	assert_int_equal(zone_cgroups_make(&two, &e), 0);
	zone_cgroups_remove(&one);
	zone_cgroups_leave(&one);
	for (unsigned i = 0; i < two.n; i++)
		assert_true(is_there(two.at[i].path, false) && !is_there(one.at[i].path, false));
	zone_cgroups_remove(&two);
	for (unsigned i = 0; i < two.n; i++)
		assert_true(is_there(two.at[i].path, true));
	zone_cgroups_leave(&two);
	for (unsigned i = 0; i < two.n; i++)
		assert_false(is_there(two.at[i].path, true));
}

/* Somebody else, of another root, takes his last zone away again and again meanwhile. */
static void groups_are_made_while_the_directory_goes(void **state)
{
	struct zone_cgroups g;
	struct err e = {0};
	int status = 0;
	(void)state;
	find_own(&g, "one");
	pid_t other = fork();
	while (other == 0) {
		if (getppid() == 1)
			_exit(1);
		zone_cgroups_leave(&g);
	}
	for (int i = 0; i < 200 && status == 0; i++) {
		status = zone_cgroups_make(&g, &e);
		for (unsigned k = 0; k < g.n && status == 0; k++)
			status = is_there(g.at[k].path, false) ? 0 : -1;
		zone_cgroups_remove(&g);
	}
	kill(other, SIGKILL);
	waitpid(other, NULL, 0);
	zone_cgroups_leave(&g);
	if (status < 0)
		fail_msg("%s", e.code ? e.text : "a group is missing");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_directory_of_all_zones_goes_with_the_last),
	    cmocka_unit_test(groups_are_made_while_the_directory_goes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
