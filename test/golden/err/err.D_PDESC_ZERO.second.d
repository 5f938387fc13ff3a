BEGIN,
nosuch:::a
{
}
