inline int OTHER = 7;
