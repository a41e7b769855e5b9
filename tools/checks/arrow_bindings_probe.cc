// Links Arrow's libraries and the system libraries whose code they carry too. See arrow_bindings_test.py.
int main() { return 0; }
