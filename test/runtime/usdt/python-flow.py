"""A program to be traced as it is: see python-flow.d."""
import threading


class Service:
    def put(self, n):
        return self.parse(n) + self.parser()

    def parse(self, n):
        return n + 1

    def parser(self):
        try:
            raise ValueError("no parser")
        except ValueError:
            return 5


def main():
    for i in range(2):
        Service().put(i)
    thread = threading.Thread(target=Service().put, args=(7,))
    thread.start()
    thread.join()


main()
