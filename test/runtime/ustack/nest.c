__attribute__((noinline)) int inner(int x)
{
	volatile int y = x * 2;
	return y;
}

__attribute__((noinline)) int middle(int x)
{
	volatile int y = inner(x) + 1;
	return y;
}

__attribute__((noinline)) int outer(int x)
{
	volatile int y = middle(x) + 1;
	return y;
}

int main(void)
{
	return outer(1) + outer(2) == 0;
}
