/* Calls step() again and again: each asks for a collection of garbage. */
public class Steps {
	static void step() {
		System.gc();
	}

	public static void main(String[] args) throws Exception {
		while (true) {
			step();
			Thread.sleep(10);
		}
	}
}
