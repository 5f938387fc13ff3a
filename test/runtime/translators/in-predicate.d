#pragma D option quiet

struct out { int is_me; };
translator struct out < struct task_struct *t > { is_me = t->tgid == pid; };

BEGIN
/xlate<struct out>(curthread).is_me/
{
	printf("me\n");
	exit(0);
}
