profile-0
{
}
