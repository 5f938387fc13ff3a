/*
 * interrupt.c - interrupts of devices under the names that sdt has for them elsewhere
 *
 *	irq_handler_entry(irq, action)		interrupt-start
 *	irq_handler_exit(irq, action, ret)	interrupt-complete
 *
 * args[0] is the handler (struct irqaction *: its name, its device's data), args[1] the number of the interrupt. They come on any thread. The
 * kernel's own names for them are probes of sdt.c.
 */
#include "dtrace/provider/providers.h"
#include "dtrace/provider/stable.h"

enum { IRQ, ACTION }; /* parameters */

static const struct stable_arg args[] = {
    {.type = "struct irqaction *", .name = "handler", .param = ACTION},
    {.type = "int", .name = "irq", .param = IRQ},
};

static const struct stable_probe probes[] = {
    {"interrupt-start", "irq_handler_entry", NULL, args, 2, .context = CONTEXT_NONE},
    {"interrupt-complete", "irq_handler_exit", NULL, args, 2, .context = CONTEXT_NONE},
};

void provider_interrupt_add(struct registry *r)
{
	static const struct stable_provider table = {"sdt", probes,
						     sizeof(probes) / sizeof(probes[0])};
	provider_stable_add(r, &table);
}
