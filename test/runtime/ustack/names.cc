/* A C++ program: see cxx-names.d. */
#include <string>
#include <sys/syscall.h>
#include <unistd.h>

namespace app
{
template <class T> struct Box {
	T v;
	__attribute__((noinline)) int deep(const std::string &s)
	{
		syscall(SYS_getppid);
		return static_cast<int>(v + s.size());
	}
};
__attribute__((noinline)) int run(int n)
{
	Box<long> b{n};
	return b.deep("x") + n;
}
} // namespace app

int main(int argc, char **)
{
	return app::run(argc) == 0;
}
