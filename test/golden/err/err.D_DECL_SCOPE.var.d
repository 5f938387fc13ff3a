int vmlinux`x;

BEGIN
{
}
