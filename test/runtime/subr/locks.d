/* What the kernel knows of its locks */
/* @opts: -q */

BEGIN
{
	printf("%d\n", mutex_owned(&curthread->signal->cred_guard_mutex));
	printf("%d\n", mutex_owner(&curthread->signal->cred_guard_mutex) == NULL);
	printf("%d\n", mutex_type_adaptive(&curthread->signal->cred_guard_mutex));
	printf("%d\n", mutex_type_spin(&curthread->signal->cred_guard_mutex));
	printf("%d\n", mutex_type_spin(&curthread->alloc_lock));
	printf("%d\n", rw_write_held(&curthread->mm->mmap_lock));
	printf("%d\n", rw_read_held(&curthread->mm->mmap_lock));
	printf("%d\n", rw_iswriter(&curthread->mm->mmap_lock));
	exit(0);
}
