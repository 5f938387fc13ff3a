/* A probe made at run time with as many arguments as there may be; fires as long as somebody looks, who comes within 20 s. */
#include <stdint.h>
#include <unistd.h>
#include <usdt.h>

int main(void)
{
	const char *types[USDT_ARG_MAX];
	void *argv[USDT_ARG_MAX];
	usdt_provider_t *p = usdt_create_provider("many", "made");

	for (intptr_t i = 0; i < USDT_ARG_MAX; i++) {
		types[i] = i % 2 ? "int" : "char *";
		argv[i] = i % 2 ? (void *)i : "text";
	}
	usdt_probedef_t *d = usdt_create_probe("all", "arguments", USDT_ARG_MAX, types);
	if (usdt_create_probe("more", "arguments", USDT_ARG_MAX + 1, types) || !p || !d ||
	    usdt_provider_add_probe(p, d) != 0 || usdt_provider_enable(p) != 0)
		return 1;
	write(1, "ready\n", 6);
	for (int i = 0; i < 2000 && !usdt_is_enabled(d->probe); i++)
		usleep(10000);
	/* Where probes are counted up before programs hang at them, nobody sees the first. */
	for (int i = 0; i < 2000 && usdt_is_enabled(d->probe); i++) {
		usdt_fire_probe(d->probe, USDT_ARG_MAX, argv);
		usleep(10000);
	}
	return 0;
}
