/* Time on CPU from on-cpu to off-cpu is that of the stretch between: never negative, never more than the time that passed. */
/* @opts: -q */
/* @needs: tp_btf task_storage */
/* @trigger: sh -c 'i=0; while [ $i -lt 100 ]; do /bin/true; i=$((i+1)); done' */
sched:::on-cpu
{
	self->v = vtimestamp;
	self->t = timestamp;
}

sched:::off-cpu
/self->t/
{
	this->on = (int64_t)(vtimestamp - self->v);
	@wrong = sum(this->on < 0 || this->on > timestamp - self->t);
	self->v = 0;
	self->t = 0;
}

END
{
	printa("%@d negative or too long\n", @wrong);
}
