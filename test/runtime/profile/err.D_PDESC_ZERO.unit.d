tick-1parsec
{
}
