struct l; struct l a[3];

BEGIN
{
}
