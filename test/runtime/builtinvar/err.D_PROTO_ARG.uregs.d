BEGIN
{
	this->i = R_RDI;
	trace(uregs[this->i]);
}
