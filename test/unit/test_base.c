/* base/: arena, vec, buf, map, index, err. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/container.h"
#include "base/container_name.h"
#include "base/err.h"
#include "base/index.h"
#include "base/map.h"
#include "base/vec.h"

static void arena_zeroes_and_aligns(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	for (int i = 1; i < 5000; i += 7) {
		char *p = arena_alloc(a, (size_t)i);
		assert_int_equal((uintptr_t)p % 16, 0);
		for (int k = 0; k < i; k++)
			assert_int_equal(p[k], 0);
		memset(p, 0xff, (size_t)i);
	}
	assert_string_equal(arena_printf(a, "%d-%s", 7, "x"), "7-x");
	arena_free(a);
}

static void arena_failure_reaches_the_guard(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	volatile int came_back = 0;
	if (arena_guard(a)) {
		came_back = 1;
	} else {
		arena_fail_after(3);
		for (;;)
			arena_alloc(a, 30000);
	}
	arena_fail_after(0);
	assert_int_equal(came_back, 1);
	arena_free(a);
}

static void vec_grows(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	VEC(int) v = {0};
	for (int i = 0; i < 1000; i++)
		*vec_push(&v, a) = i;
	assert_int_equal(v.n, 1000);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(v.at[i], i);
	arena_free(a);
}

static void vec_grows_for_those_to_come(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	VEC(int) few = {0}, many = {0};
	for (int i = 0; i < 10; i++)
		*vec_push_of(&few, a, (size_t)(100000 - i)) = i;
	for (int i = 0; i < 100000; i++)
		*vec_push_of(&many, a, (size_t)(100000 - i)) = i;
	assert_true(few.cap <= 64);
	assert_int_equal(many.cap, 100000);
	for (int i = 0; i < 100000; i++)
		assert_int_equal(many.at[i], i);
	arena_free(a);
}

static bool is_word(const void *arg, uint32_t number)
{
	char word[16];
	snprintf(word, sizeof(word), "word%u", number);
	return !strcmp(arg, word);
}

/* Hashes that are the same for many: the key tells them apart. */
static void index_finds_numbers(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct index x = {.arena = a};
	for (int round = 0; round < 2; round++)
		for (uint32_t i = 1; i <= 3000; i++) {
			char word[16];
			snprintf(word, sizeof(word), "word%u", i);
			uint32_t *at = index_at(&x, i % 300 * 7919, is_word, word);
			assert_int_equal(*at, round ? i : 0);
			*at = i;
		}
	assert_int_equal(x.n, 3000);
	arena_free(a);
}

static void map_finds_what_was_put(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct map m = {.arena = a};
	assert_null(map_get(&m, "nothing"));
	for (int i = 0; i < 3000; i++)
		*map_at(&m, arena_printf(a, "key%d", i)) = (void *)(intptr_t)(i + 1);
	for (int i = 0; i < 3000; i++)
		assert_int_equal((intptr_t)map_get(&m, arena_printf(a, "key%d", i)), i + 1);
	assert_int_equal(m.n, 3000);
	assert_string_equal(m.entries[17].key, "key17");
	arena_free(a);
}

static void buf_and_err(void **state)
{
	(void)state;
	BUF_AUTO b = {0};
	assert_string_equal(buf_str(&b), "");
	for (int i = 0; i < 300; i++)
		buf_printf(&b, "%d,", i % 10);
	assert_int_equal(b.n, 600);
	struct err e = {0};
	assert_int_equal(err_set(&e, 2, "no %s", "file"), -1);
	err_wrap(&e, "load");
	assert_string_equal(e.text, "load: no file");
	assert_int_equal(e.code, 2);
}

/* ---- containers ---- */

static void containers_have_names(void **state)
{
#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	static const struct {
		const char *path, *brand, *name; /* NULL: none */
	} groups[] = {
	    {"/", NULL, NULL},
	    {"/init.scope", NULL, NULL},
	    {"/user.slice/user-0.slice/user@0.service/app.slice", NULL, NULL},
	    {"/system.slice/docker-" ID ".scope", "docker", "0123456789ab"},
	    {"/docker/" ID "/system.slice/ssh.service", "docker", "0123456789ab"},
	    {"/machine.slice/libpod-" ID ".scope/container", "podman", "0123456789ab"},
	    {"/libpod_parent/libpod-" ID, "podman", "0123456789ab"},
	    {"/kubepods.slice/kubepods-pod1.slice/cri-containerd-" ID ".scope", "kubernetes",
	     "0123456789ab"},
	    {"/kubepods/besteffort/pod12/" ID, "kubernetes", "0123456789ab"},
	    {"/default/" ID, "container", "0123456789ab"},
	    {"/lxc.payload.web/init.scope", "lxc", "web"},
	    {"/lxc/web", "lxc", "web"},
	    {"/machine.slice/machine-deb\\x2dold.scope/payload", "nspawn", "deb-old"},
	    {"/machine.slice/systemd-nspawn@web.service", "nspawn", "web"},
	    {"/machine.slice/machine-qemu\\x2d1\\x2dvm.scope", "kvm", "qemu-1-vm"},
	    {"/system.slice/ssh.service", "systemd", "ssh"},
	    {"/system.slice/system-getty.slice/getty@tty1.service/inner", "systemd", "getty@tty1"},
	    {"/system.slice/.service", NULL, NULL},
	    {"/a/b\tc\x1b[2J.service", "systemd", "b?c?[2J"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		struct container c = {0};
		assert_int_equal(container_of_cgroup(groups[i].path, true, &c),
				 groups[i].brand != NULL);
		if (groups[i].brand) {
			assert_string_equal(c.name, groups[i].name);
			assert_string_equal(c.brand, groups[i].brand);
		}
	}
	struct container c = {0};
	assert_false(container_of_cgroup("/system.slice/ssh.service", false, &c));
}

/* Lines of /proc/PID/cgroup, of a process that is somewhere else than we are. */
static void groups_of_either_version_name_containers(void **state)
{
	static const char text[] = "9:name=systemd:/system.slice/one.service\n"
				   "8:cpu,pids:/lxc/two\n4:memory:/lxc/three\n0::%s\n";
	const struct container_legacy none = {0}, pids = {8, "pids"}, memory = {4, "memory"},
				      cpu = {8, "cpu"}, id = {8, "pid"};
	static const char service[] = "/system.slice/four.service";
	struct container c;
	char lines[sizeof(text) + sizeof(service)];
	(void)state;
	snprintf(lines, sizeof(lines), text, "/");
	assert_false(container_of_groups(lines, false, &none, &c));
	assert_false(container_of_groups(lines, false, &id, &c));
	assert_true(container_of_groups(lines, false, &pids, &c));
	assert_string_equal(c.name, "two");
	assert_true(container_of_groups(lines, false, &cpu, &c));
	assert_string_equal(c.name, "two");
	assert_true(container_of_groups(lines, false, &memory, &c));
	assert_string_equal(c.name, "three");
	assert_true(container_of_groups(lines, true, NULL, &c));
	assert_string_equal(c.name, "two");
	snprintf(lines, sizeof(lines), text, service);
	assert_true(container_of_groups(lines, false, &pids, &c));
	assert_string_equal(c.name, "four");
	assert_false(container_of_groups("no line\n\n:\n1:\n0:", false, &pids, &c));
}

/* Names that docker and podman keep: the container's own, whatever else is called so. */
static void names_of_containers_are_read(void **state)
{
	static const char docker[] = "{\"State\":{\"Name\":\"no\"},\"Config\":{\"Labels\":{\"a\":"
				     "\"}{\\\"Name\\\":\"},\"Env\":[\"Name\",\"x\"]},"
				     "\"Name\" : \"/web\",\"Args\":[]}";
	static const char podman[] =
	    "[{\"id\":\"aa\",\"names\":[\"one\",\"uno\"],\"flags\":{\"id\":\"bb\"}},"
	    "{\"names\":[\"two\"],\"id\":\"bb\"},{\"id\":\"cc\"}]";
	char name[8];
	(void)state;
	assert_true(container_name_docker(docker, strlen(docker), name, sizeof(name)));
	assert_string_equal(name, "web");
	for (size_t n = 0; n < strlen(docker) - 12; n++) {
		char part[sizeof(docker)];
		snprintf(part, sizeof(part), "%.*s", (int)n, docker);
		assert_false(container_name_docker(part, n, name, sizeof(name)));
	}
	assert_false(container_name_docker(docker, strlen(docker), name, 3));
	assert_true(container_name_podman(podman, strlen(podman), "aa", name, sizeof(name)));
	assert_string_equal(name, "one");
	assert_true(container_name_podman(podman, strlen(podman), "bb", name, sizeof(name)));
	assert_string_equal(name, "two");
	assert_false(container_name_podman(podman, strlen(podman), "cc", name, sizeof(name)));
	assert_false(container_name_podman(podman, strlen(podman), "dd", name, sizeof(name)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(arena_zeroes_and_aligns),
	    cmocka_unit_test(arena_failure_reaches_the_guard),
	    cmocka_unit_test(vec_grows),
	    cmocka_unit_test(vec_grows_for_those_to_come),
	    cmocka_unit_test(index_finds_numbers),
	    cmocka_unit_test(map_finds_what_was_put),
	    cmocka_unit_test(buf_and_err),
	    cmocka_unit_test(containers_have_names),
	    cmocka_unit_test(groups_of_either_version_name_containers),
	    cmocka_unit_test(names_of_containers_are_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
