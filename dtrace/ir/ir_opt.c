#include "dtrace/ir/ir.h"
void ir_optimize(struct ir_unit *u)
{
	(void)u;
}
