#pragma D option quiet

typedef struct node {
	int key;
	struct node *left, *right;
} node_t;

typedef node_t tree_t;
tree_t top;

BEGIN
{
	top.key = 5;
	top.left = NULL;
	printf("%d %d %d\n", top.key, top.left == 0, sizeof (tree_t));
	exit(0);
}
