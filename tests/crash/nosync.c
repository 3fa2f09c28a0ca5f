// A disk that lies: fsync and fdatasync say yes and do nothing. Preloaded for the negative control of the power cut
// test, which must then find that acknowledged acts are lost.
int fsync(int descriptor) { return descriptor < 0 ? -1 : 0; }
int fdatasync(int descriptor) { return descriptor < 0 ? -1 : 0; }
