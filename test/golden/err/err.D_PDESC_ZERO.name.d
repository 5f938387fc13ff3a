dtrace:::BEGINN
{
}
